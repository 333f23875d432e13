#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/copy_out_parallel.hpp>
#include <pgcoro/identifier.hpp>

#include "client/run_until_failure.hpp"

namespace pgcoro {
namespace {

namespace asio = boost::asio;

constexpr transaction_options one_moment{.isolation = isolation::repeatable_read, .read_only = true};

/// Snapshot, version, and the pages of the largest among the table and its partitions and heirs: TIDs of each begin
/// at 0. A table that has grown since has rows behind them, which nobody sees.
constexpr auto beginning = R"(
WITH RECURSIVE family(id) AS (
  SELECT $1::text::regclass::oid UNION SELECT inhrelid FROM pg_inherits JOIN family ON inhparent = id)
SELECT pg_export_snapshot(), current_setting('server_version_num')::int4,
       coalesce(max(pg_relation_size(id)), 0) / current_setting('block_size')::int8
FROM family)";

/// Hands out ranges of pages, the last one without an end.
class page_ranges {
 public:
  page_ranges(std::uint64_t pages, std::uint32_t each) noexcept : pages_(pages), each_(std::max(each, 1u)) {}

  /// A condition; none at the end.
  std::optional<std::string> next() {
    if (next_ > pages_) return std::nullopt;
    std::string condition = "ctid >= " + first_of(next_);
    next_ += each_;
    if (next_ <= pages_) return condition + " AND ctid < " + first_of(next_);
    next_ = pages_ + 1;
    return condition;
  }

 private:
  static std::string first_of(std::uint64_t page) { return "'(" + std::to_string(page) + ",0)'"; }

  std::uint64_t pages_;
  std::uint64_t each_;
  std::uint64_t next_ = 0;
};

/// What those who copy have in common.
struct parallel_copy {
  copy_connections connections;
  table from;
  detail::part_copier copy;
  std::string snapshot;
  page_ranges ranges;
};

asio::awaitable<void> copy_ranges(transaction& tx, parallel_copy& all) {
  while (const auto range = all.ranges.next()) {
    copy_source part = copy_source::part_of(all.from, *range);
    co_await all.copy(tx, std::move(part));
  }
}

/// One more connection. The snapshot is there as long as the transaction that exported it.
asio::awaitable<void> join_in(parallel_copy& all) {
  const std::shared_ptr<connection> db = co_await all.connections.get(false);
  if (!db) co_return;
  transaction tx = co_await db->begin(one_moment);
  co_await tx.execute_script("SET TRANSACTION SNAPSHOT " + literal(all.snapshot).text());
  co_await copy_ranges(tx, all);
  co_await tx.commit();
}

asio::awaitable<std::shared_ptr<connection>> opened(connect_options options) {
  connection db = co_await connect(std::move(options));
  co_return std::make_shared<connection>(std::move(db));
}

}  // namespace

copy_connections::copy_connections(connect_options options)
    : get_([options = std::move(options)](bool) { return opened(options); }) {}

namespace detail {

asio::awaitable<void> copy_parts(copy_connections connections, table from, parallel_copy_options options,
                                 part_copier copy) {
  const std::shared_ptr<connection> db = co_await connections.get(true);
  transaction tx = co_await db->begin(one_moment);
  using begun = std::tuple<std::string, std::int32_t, std::int64_t>;
  const begun at = co_await tx.fetch_one<begun>(beginning, from.name().text());
  if (std::get<1>(at) < 140000)
    throw_error(error_info(make_error_code(errc::unsupported_server),
                           "a table is copied in parallel by servers from 14 on, which can scan a range of it"));
  parallel_copy all{std::move(connections), std::move(from), std::move(copy), std::get<0>(at),
                    page_ranges(static_cast<std::uint64_t>(std::get<2>(at)), options.pages)};
  std::vector<asio::awaitable<void>> tasks;
  tasks.push_back(copy_ranges(tx, all));
  for (std::size_t i = 1; i < options.connections; ++i) tasks.push_back(join_in(all));
  co_await run_until_failure(std::move(tasks));
  co_await tx.commit();
}

asio::awaitable<copy_totals> copy_parts_of_bytes(copy_connections connections, table from, copy_options format,
                                                 parallel_copy_options options, copy_drain drain) {
  copy_totals totals;
  copy_progress no_progress;
  const std::string clause = " TO STDOUT" + format.header(copy_header::none).to_clause();
  part_copier copy = [&](transaction& tx, copy_source part) -> asio::awaitable<void> {
    const std::string sql = "COPY " + part.text() + clause;
    const copy_totals moved = co_await drain_copy(tx.copy_bytes_out(sql), drain, no_progress);
    totals.rows += moved.rows;
    totals.bytes += moved.bytes;
  };
  co_await copy_parts(std::move(connections), std::move(from), options, std::move(copy));
  co_return totals;
}

}  // namespace detail
}  // namespace pgcoro
