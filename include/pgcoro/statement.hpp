// A statement that the server keeps prepared for as long as the program holds on to it.
//
//   pgcoro::statement by_id = co_await db.prepare("SELECT name FROM users WHERE id = $1");
//   auto name = co_await db.fetch_one<std::string>(by_id, 7);
//
// Most programs need none: texts are prepared and cached without being asked. A handle is for statements that must not
// be evicted, and for those who want to know the types before the first use.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro {

namespace detail {
class connection_core;
struct step_source;
}  // namespace detail

/// Belongs to the connection that prepared it, and works on that one alone. Its destructor queues a Close, which rides
/// in front of the connection's next request. Where the server has forgotten the statement, or its result's columns
/// have changed, it is prepared anew, unseen, unless a transaction is open.
class PGCORO_DECL statement {
 public:
  statement() noexcept = default;
  statement(std::shared_ptr<detail::connection_core> core,
            std::shared_ptr<detail::prepared_statement> prepared) noexcept;
  statement(statement&&) noexcept = default;
  statement& operator=(statement&& other) noexcept;
  ~statement();

  std::string_view sql() const noexcept;
  /// Types of the parameters, as the server inferred them.
  std::span<const oid> parameter_types() const noexcept;
  /// The columns of the result; none where no rows come back. Their formats are chosen on each use.
  const row_description& columns() const noexcept;

 private:
  friend struct detail::step_source;

  std::shared_ptr<detail::connection_core> core_;
  std::shared_ptr<detail::prepared_statement> prepared_;
};

inline query_text::query_text(const statement& prepared) noexcept : text_(prepared.sql()), prepared_(&prepared) {}

}  // namespace pgcoro
