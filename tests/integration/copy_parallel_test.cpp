// A table out over several connections.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <pgcoro/copy_out_parallel.hpp>
#include <pgcoro/pool.hpp>
#include <pgcoro/with_timeout.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

constexpr std::int64_t rows_of_table = 60'000;

/// A table of some hundred pages that others see, too, and a connection beside those that copy it.
class shared_table {
 public:
  /// With its rows.
  static asio::awaitable<shared_table> filled() {
    shared_table made(co_await connect_to("DSN"));
    co_await made.db.execute_script("CREATE TABLE " + made.name_ + " (id int8, filler text)");
    co_await made.fill();
    co_return made;
  }
  explicit shared_table(connection beside)
      : db(std::move(beside)), name_("parallel_" + std::to_string(db.backend_process_id())) {}

  asio::awaitable<void> fill() {
    co_await db.execute("INSERT INTO " + name_ + " SELECT n, repeat('x', 40) FROM generate_series(1, $1) n",
                        rows_of_table);
  }
  asio::awaitable<void> drop() { co_await db.execute_script("DROP TABLE " + name_); }

  table target() const { return table(name_, "id"); }
  const std::string& name() const noexcept { return name_; }

  connection db;

 private:
  std::string name_;
};

pool_options pool_of(std::size_t size) {
  pool_options options;
  options.connect = options_of("DSN");
  options.max_size = size;
  return options;
}

constexpr parallel_copy_options small_parts{.connections = 4, .pages = 16};

/// Keeps what it is given, and says whether that is every row once.
struct ids {
  std::vector<std::int64_t> seen;

  void operator()(std::span<const std::int64_t> batch) { seen.insert(seen.end(), batch.begin(), batch.end()); }
  bool complete() {
    std::ranges::sort(seen);
    if (std::ssize(seen) != rows_of_table) return false;
    for (std::int64_t i = 0; i < rows_of_table; ++i)
      if (seen[static_cast<std::size_t>(i)] != i + 1) return false;
    return true;
  }
};

ASYNC_TEST(copy_out_parallel, gives_every_row_once_over_the_connections_of_a_pool) {
  shared_table t = co_await shared_table::filled();
  pool p(co_await asio::this_coro::executor, pool_of(4));
  ids all;
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(p, t.target(), all, small_parts), rows_of_table);
  EXPECT_TRUE(all.complete());
  EXPECT_EQ(p.statistics().opened, 4u);
  co_await p.close(1s);
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, opens_connections_of_its_own) {
  shared_table t = co_await shared_table::filled();
  ids all;
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(options_of("DSN"), t.target(), all, small_parts), rows_of_table);
  EXPECT_TRUE(all.complete());
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, does_with_what_the_pool_has) {
  shared_table t = co_await shared_table::filled();
  pool p(co_await asio::this_coro::executor, pool_of(1));
  ids all;
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(p, t.target(), all, small_parts), rows_of_table);
  EXPECT_TRUE(all.complete());
  co_await p.close(1s);
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, reads_partitions_and_an_empty_table) {
  shared_table t(co_await connect_to("DSN"));
  const std::string& name = t.name();
  co_await t.db.execute_script("CREATE TABLE " + name + " (id int8, filler text) PARTITION BY HASH (id);" +
                               "CREATE TABLE " + name + "_a PARTITION OF " + name +
                               " FOR VALUES WITH (MODULUS 2, REMAINDER 0);" + "CREATE TABLE " + name +
                               "_b PARTITION OF " + name + " FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
  ids none;
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(options_of("DSN"), t.target(), none, small_parts), 0u);
  co_await t.fill();
  ids all;
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(options_of("DSN"), t.target(), all, small_parts), rows_of_table);
  EXPECT_TRUE(all.complete());
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, sees_one_moment_whatever_others_write_meanwhile) {
  shared_table t = co_await shared_table::filled();
  bool changed = false;
  ids all;
  auto sink = [&](std::span<const std::int64_t> batch) -> asio::awaitable<void> {
    all(batch);
    if (std::exchange(changed, true)) co_return;
    co_await t.db.execute("UPDATE " + t.name() + " SET id = -id");
    co_await t.db.execute("INSERT INTO " + t.name() + " SELECT n FROM generate_series(1, 1000) n");
  };
  EXPECT_EQ(co_await copy_out_parallel<std::int64_t>(options_of("DSN"), t.target(), sink, small_parts), rows_of_table);
  EXPECT_TRUE(all.complete());
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, gives_lines_of_bytes_which_are_whole) {
  shared_table t = co_await shared_table::filled();
  std::multiset<std::string> lines;
  std::size_t bytes = 0;
  auto sink = [&](copy_bytes piece) {
    bytes += piece.size();
    std::string_view rest = protocol::as_text(piece);
    EXPECT_TRUE(rest.ends_with('\n'));
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
      lines.emplace(rest.substr(0, end));
  };
  const auto format = copy_options::csv().header().force_quote("id");
  const copy_totals moved = co_await copy_out_parallel_to(options_of("DSN"), t.target(), format, sink, small_parts);
  EXPECT_EQ(moved.rows, static_cast<std::uint64_t>(rows_of_table));
  EXPECT_EQ(moved.bytes, bytes);
  EXPECT_EQ(lines.size(), static_cast<std::size_t>(rows_of_table));
  for (std::int64_t i = 1; i <= rows_of_table; ++i)
    if (lines.count('"' + std::to_string(i) + '"') != 1) ADD_FAILURE() << i;
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, stops_all_at_the_first_error_of_the_sink) {
  shared_table t = co_await shared_table::filled();
  pool p(co_await asio::this_coro::executor, pool_of(4));
  int calls = 0;
  auto sink = [&](std::span<const std::int64_t>) -> asio::awaitable<void> {
    if (++calls == 3) throw std::runtime_error("the sink is full");
    co_await sleep_for(20s);  // the others wait until they are stopped
  };
  bool caught = false;
  const auto began = std::chrono::steady_clock::now();
  try {
    co_await copy_out_parallel<std::int64_t>(p, t.target(), sink, small_parts);
  } catch (const std::runtime_error& e) {
    caught = std::string(e.what()) == "the sink is full";
  }
  EXPECT_TRUE(caught);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1);
  co_await p.close(2s);
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, stops_all_at_the_first_error_of_a_connection) {
  shared_table t = co_await shared_table::filled();
  std::size_t calls = 0;
  auto sink = [&](std::span<const std::int64_t>) -> asio::awaitable<void> {
    // With the first connection goes the snapshot: who has not taken it over yet would fail in another way.
    const bool last_to_come = ++calls == small_parts.connections;
    while (calls < small_parts.connections) co_await sleep_for(1ms);
    if (!last_to_come) co_return;
    co_await t.db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%" + t.name() +
                          "%'");
  };
  const error_info failed =
      co_await error_of(copy_out_parallel<std::int64_t>(options_of("DSN"), t.target(), sink, small_parts));
  EXPECT_EQ(failed.code(), sqlstate::admin_shutdown) << failed.message();
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, stops_when_it_is_cancelled) {
  shared_table t = co_await shared_table::filled();
  pool p(co_await asio::this_coro::executor, pool_of(3));
  auto sink = [](std::span<const std::int64_t>) { return sleep_for(20s); };
  const error_info failed =
      co_await error_of(with_timeout(copy_out_parallel<std::int64_t>(p, t.target(), sink, small_parts), 300ms));
  EXPECT_EQ(failed.code(), errc::timeout) << failed.message();
  EXPECT_EQ(co_await p.fetch_one<int>("SELECT 1"), 1);
  co_await p.close(2s);
  co_await t.drop();
}

ASYNC_TEST(copy_out_parallel, reports_a_table_that_is_not_there) {
  ids all;
  EXPECT_EQ((co_await error_of(copy_out_parallel<std::int64_t>(options_of("DSN"), table("no such table"), all))).code(),
            sqlstate::undefined_table);
}

}  // namespace
}  // namespace pgcoro::test
