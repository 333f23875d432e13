// Prepared statements of one connection, and the LRU cache that finds them by their text.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/type_registry.hpp>

namespace pgcoro::detail {

/// What one kind of sink asks of one statement: the format of each column as Bind wants it, and the layout that the
/// sink is given.
struct execution_plan {
  const void* sink_kind = nullptr;
  std::vector<protocol::format> formats;  ///< none where all columns have the same
  protocol::format common_format = protocol::format::text;
  std::shared_ptr<const row_layout> layout;  ///< null where the statement returns no rows

  /// What Bind is given: one code for all columns, or one for each.
  std::span<const protocol::format> codes() const noexcept {
    return formats.empty() ? std::span<const protocol::format>(&common_format, 1) : formats;
  }
};

/// A statement as the server knows it. Shared by the cache, by the user's `statement` handles and by requests in
/// flight.
struct prepared_statement {
  explicit prepared_statement(std::string_view text) : sql(text) {}

  const std::string sql;
  std::string name;              ///< the server's name for it; empty is the unnamed statement
  bool ready = false;            ///< described, and as far as we know still there
  bool temporary = false;        ///< to be closed after its one use
  std::uint32_t generation = 0;  ///< how often it has been prepared
  std::vector<oid> parameter_types;
  protocol::bind_head bind;                        ///< of its Bind, once it is ready
  std::shared_ptr<const row_description> columns;  ///< as Describe gave them; null where no rows come back
  std::shared_ptr<const type_registry> types;      ///< what is known of the types that it uses
  std::vector<oid> unknown_types;                  ///< the server is to be asked about them before the next Bind

  /// The plan of a sink's kind, made on first use.
  const execution_plan& plan_for(const row_sink& sink);

  /// The server has described it, after its parameters: it can be bound. Null where no rows come back.
  void described(std::shared_ptr<const row_description> now);

  /// The server has it no longer: the next use prepares it anew.
  void invalidate() noexcept { ready = false; }

 private:
  std::vector<std::unique_ptr<execution_plan>> plans_;
  std::vector<std::unique_ptr<execution_plan>> stale_;  // requests in flight may still refer to them
};

/// Least recently used statements go first. Not one byte is written here: the session closes what is evicted.
class statement_cache {
 public:
  explicit statement_cache(std::size_t capacity) : capacity_(capacity) {}

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t size() const noexcept { return entries_.size(); }

  /// The entry of that text, made if it is new. The entry is the most recently used one afterwards.
  const std::shared_ptr<prepared_statement>& find_or_insert(std::string_view sql);

  /// Takes out the least recently used entry where there are more than `capacity()`; null where there are not.
  std::shared_ptr<prepared_statement> evict();

  /// The server has dropped what was prepared. Requests in flight keep their entries, and so does the cache that of a
  /// statement which is being described, for that happens after what the server has told.
  void forget_prepared() noexcept;

 private:
  using list = std::list<std::shared_ptr<prepared_statement>>;

  std::size_t capacity_;
  list entries_;  // most recently used first
  std::unordered_map<std::string_view, list::iterator> by_text_;
};

}  // namespace pgcoro::detail
