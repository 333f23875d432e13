// Every way to copy, with every fault, at every step: at each boundary between two messages, at each piece that a proxy
// happens to read, and at each row.
//
// In: everything is loaded or nothing. Out: what was given is a beginning of what there is, and whole rows.
#include <cstdint>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/insert_rows.hpp>
#include <pgcoro/text_copy_in.hpp>
#include <pgcoro/with_timeout.hpp>

#include "integration/faulty_server.hpp"

namespace pgcoro::test {
namespace {

using verdict = fault_proxy::verdict;
using unit = faulty_server::unit;

constexpr std::string_view filler = "twenty bytes of text";

/// Rows 1, 2, 3 … of which one may be wrong, or not to be had.
struct source {
  std::int64_t rows = 0;
  std::int64_t refused = 0;  ///< the row that the server refuses: it is -1
  std::int64_t throws = 0;   ///< the row in place of which there is an exception

  std::pair<std::int64_t, std::string_view> row(std::int64_t number) const {
    if (number == throws) throw std::runtime_error("the source is dry");
    return {number == refused ? -1 : number, filler};
  }
};

// The ways in.

template <class Writer>
asio::awaitable<void> push(Writer& in, const source& from) {
  for (std::int64_t i = 1; i <= from.rows; ++i) {
    const auto [number, text] = from.row(i);
    if (in.push(number, text)) co_await in.flush();
  }
  EXPECT_EQ(co_await in.finish(), static_cast<std::uint64_t>(from.rows));
}

asio::awaitable<void> binary_in(connection& db, table into, source from) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(into);
  co_await push(in, from);
}

asio::awaitable<void> csv_in(connection& db, table into, source from) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(into, copy_options::csv());
  co_await push(in, from);
}

asio::awaitable<void> bytes_in(connection& db, table into, source from) {
  const std::string sql = "COPY " + into.name().text() + " FROM STDIN";
  const std::int64_t of_a_piece = from.rows / 6 + 1;
  std::int64_t last = 0;
  std::string piece;
  auto next = [&]() -> copy_bytes {
    piece.clear();
    for (std::int64_t i = 0; i < of_a_piece && last < from.rows; ++i)
      piece.append(std::to_string(from.row(++last).first)).append("\t").append(filler).append("\n");
    return protocol::as_bytes(piece);
  };
  const copy_totals totals = co_await copy_in_from(db, next, sql);
  EXPECT_EQ(totals.rows, static_cast<std::uint64_t>(from.rows));
}

asio::awaitable<void> insert_in(connection& db, table into, source from) {
  auto rows = std::views::iota(std::int64_t{1}, from.rows + 1) |
              std::views::transform([&](std::int64_t number) { return from.row(number); });
  const insert_options by_copy{.method = insert_method::copy};
  EXPECT_EQ((co_await db.insert_rows(into, rows, by_copy)).rows, static_cast<std::uint64_t>(from.rows));
}

// The ways out.

/// Rows 1, 2, 3 … as they have come; at the row that `refused` names the server fails.
asio::awaitable<void> read(copy_reader<std::int64_t, std::string>& out, std::int64_t& seen) {
  while (auto batch = co_await out.next())
    for (const auto& [number, text] : *batch)
      if (number != ++seen || text != filler) ADD_FAILURE() << number << " " << text;
}

std::string rows_out(const source& from) {
  return "SELECT n / (n <> " + std::to_string(from.refused) + ")::int, '" + std::string(filler) +
         "' FROM generate_series(1::int8, " + std::to_string(from.rows) + ") n";
}

asio::awaitable<void> binary_out(connection& db, source from, std::int64_t& seen) {
  const std::string query = rows_out(from);
  auto out = co_await db.copy_out<std::int64_t, std::string>(query);
  co_await read(out, seen);
}

asio::awaitable<void> csv_out(connection& db, source from, std::int64_t& seen) {
  const std::string query = rows_out(from);
  auto out = co_await db.copy_out<std::int64_t, std::string>(query, copy_options::csv());
  co_await read(out, seen);
}

asio::awaitable<void> bytes_out(connection& db, source from, std::int64_t& seen) {
  const std::string sql = "COPY (" + rows_out(from) + ") TO STDOUT";
  std::string all;
  auto sink = [&](copy_bytes bytes) { all += protocol::as_text(bytes); };
  error_info failed = co_await error_of(copy_out_to(db, sink, sql));
  for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1) {
    const std::string line = std::to_string(seen + 1).append("\t").append(filler).append("\n");
    if (all.compare(at, line.size(), line) != 0) {
      ADD_FAILURE() << all.substr(at, 40);
      break;
    }
    ++seen;
  }
  if (failed) throw_error(failed);
}

struct way_in {
  const char* name;
  asio::awaitable<void> (*copy)(connection& db, table into, source from);
};
struct way_out {
  const char* name;
  asio::awaitable<void> (*copy)(connection& db, source from, std::int64_t& seen);
  bool all_before_an_error = true;
};

/// The test's parameter is one way.
template <class Way>
class every_way : public testing::TestWithParam<Way> {};
using copy_in_faults = every_way<way_in>;
using copy_out_faults = every_way<way_out>;

template <class Way>
std::string name_of_way(const testing::TestParamInfo<Way>& tested) {
  return tested.param.name;
}
INSTANTIATE_TEST_SUITE_P(by, copy_in_faults,
                         testing::Values(way_in{"binary", &binary_in}, way_in{"csv", &csv_in},
                                         way_in{"bytes", &bytes_in}, way_in{"insert_rows", &insert_in}),
                         &name_of_way<way_in>);
INSTANTIATE_TEST_SUITE_P(by, copy_out_faults,
                         testing::Values(way_out{"binary", &binary_out}, way_out{"csv", &csv_out},
                                         way_out{"bytes", &bytes_out, false}),
                         &name_of_way<way_out>);

constexpr source several_messages{.rows = 12'000};
constexpr source few{.rows = 7};

asio::awaitable<bool> goes_on(connection& db) {
  const query_options soon{.timeout = 5s};
  const error_info failed = co_await error_of(db.execute(soon, "SELECT 1"));
  co_return !failed;
}

/// Cancelled from the proxy, which may see its first message before the test has it in hand.
class cancelled_copy {
 public:
  verdict cancel() {
    wanted_ = true;
    if (copy_) copy_->cancel();
    return verdict::forward;
  }
  void started(pending copy) {
    copy_.emplace(std::move(copy));
    if (wanted_) copy_->cancel();
  }
  asio::awaitable<error_info> outcome() { return copy_->outcome(); }

 private:
  std::optional<pending> copy_;
  bool wanted_ = false;
};

/// Each of them in turn meets with the fault, until one comes too late.
asio::awaitable<void> cut_in(way_in way, unit what, verdict fault) {
  faulty_server server = co_await faulty_server::make();
  int failures = 0;
  for (int number = 0;; ++number) {
    co_await server.empty();
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(what, number, fault);
    const error_info failed = co_await error_of(with_timeout(way.copy(db, server.target(), several_messages), 10s));
    const std::int64_t loaded = co_await server.loaded();
    EXPECT_TRUE(loaded == several_messages.rows || (loaded == 0 && failed)) << number << ": " << loaded;
    if (!*happened) break;
    ++failures;
    if (failed) {
      EXPECT_EQ(failed.code(), errc::connection_closed) << failed.message();
    }
  }
  // At least Query, CopyInResponse, CopyData, CopyDone, CommandComplete, ReadyForQuery.
  EXPECT_GT(failures, what == unit::message ? 6 : 3);
  co_await server.drop();
}

TEST_P(copy_in_faults, load_all_or_nothing_where_the_connection_is_cut_in_front_of_any_message) {
  run([] { return cut_in(GetParam(), unit::message, verdict::cut); });
}
TEST_P(copy_in_faults, load_all_or_nothing_where_the_connection_is_cut_behind_any_message) {
  run([] { return cut_in(GetParam(), unit::message, verdict::forward_cut); });
}
TEST_P(copy_in_faults, load_all_or_nothing_where_the_connection_is_cut_in_front_of_any_piece) {
  run([] { return cut_in(GetParam(), unit::piece, verdict::cut); });
}
TEST_P(copy_in_faults, load_all_or_nothing_where_the_connection_is_cut_behind_any_piece) {
  run([] { return cut_in(GetParam(), unit::piece, verdict::forward_cut); });
}

asio::awaitable<void> cancel_in(way_in way) {
  faulty_server server = co_await faulty_server::make();
  int cancelled = 0;
  for (int message = 0;; ++message) {
    co_await server.empty();
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    cancelled_copy copy;
    const std::shared_ptr<bool> happened = server.fault_at(unit::message, message, [&copy] { return copy.cancel(); });
    copy.started(co_await start(way.copy(db, server.target(), several_messages)));
    const error_info failed = co_await copy.outcome();
    EXPECT_TRUE(!failed || failed.code() == asio::error::operation_aborted) << failed.message();
    EXPECT_TRUE(co_await goes_on(db)) << message;
    const std::int64_t loaded = co_await server.loaded();
    EXPECT_TRUE(loaded == several_messages.rows || (loaded == 0 && failed)) << message << ": " << loaded;
    if (failed) ++cancelled;
    if (!*happened) break;
  }
  EXPECT_GT(cancelled, 4);
  co_await server.drop();
}

TEST_P(copy_in_faults, load_all_or_nothing_and_leave_the_connection_where_it_is_cancelled_at_any_message) {
  run([] { return cancel_in(GetParam()); });
}

asio::awaitable<void> refuse_row(way_in way) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE checked (n int8 CHECK (n <> -1), filler text)");
  for (std::int64_t row = 1; row <= few.rows; ++row) {
    const source from{.rows = few.rows, .refused = row};
    const error_info failed = co_await error_of(way.copy(db, table("checked", "n", "filler"), from));
    EXPECT_EQ(failed.code(), sqlstate::check_violation) << failed.message();
    const std::string line = "line " + std::to_string(row);
    EXPECT_TRUE(failed.server() && failed.server()->where.find(line) != std::string::npos) << failed.message();
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM checked"), 0);
  }
}

TEST_P(copy_in_faults, load_nothing_and_name_the_row_that_the_server_refuses) {
  run([] { return refuse_row(GetParam()); });
}

asio::awaitable<void> source_throws(way_in way) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE loaded (n int8, filler text)");
  std::vector<source> sources;
  for (std::int64_t row = 1; row <= few.rows; ++row) sources.push_back({.rows = few.rows, .throws = row});
  for (const std::int64_t row : {several_messages.rows / 2, several_messages.rows})
    sources.push_back({.rows = several_messages.rows, .throws = row});
  for (const source& from : sources) {
    std::string caught;
    try {
      co_await way.copy(db, table("loaded", "n", "filler"), from);
    } catch (const std::runtime_error& e) {
      caught = e.what();
    }
    EXPECT_EQ(caught, "the source is dry");
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM loaded"), 0);
  }
}

TEST_P(copy_in_faults, load_nothing_where_the_source_throws_at_any_row) {
  run([] { return source_throws(GetParam()); });
}

asio::awaitable<void> cut_out(way_out way, verdict fault) {
  faulty_server server = co_await faulty_server::make();
  int failures = 0;
  for (int message = 0;; ++message) {
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(unit::message, message, fault);
    std::int64_t seen = 0;
    const error_info failed = co_await error_of(with_timeout(way.copy(db, few, seen), 10s));
    EXPECT_TRUE(failed || seen == few.rows) << message;
    if (!*happened) break;
    ++failures;
    if (failed) {
      EXPECT_EQ(failed.code(), errc::connection_closed) << failed.message();
    }
  }
  EXPECT_GT(failures, few.rows + 4);  // and Query, CopyOutResponse, CopyDone, CommandComplete, ReadyForQuery
  co_await server.drop();
}

TEST_P(copy_out_faults, give_a_beginning_where_the_connection_is_cut_in_front_of_any_message) {
  run([] { return cut_out(GetParam(), verdict::cut); });
}
TEST_P(copy_out_faults, give_a_beginning_where_the_connection_is_cut_behind_any_message) {
  run([] { return cut_out(GetParam(), verdict::forward_cut); });
}

asio::awaitable<void> cancel_out(way_out way) {
  faulty_server server = co_await faulty_server::make();
  for (int message = 0;; ++message) {
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    cancelled_copy copy;
    const std::shared_ptr<bool> happened = server.fault_at(unit::message, message, [&copy] { return copy.cancel(); });
    std::int64_t seen = 0;
    copy.started(co_await start(way.copy(db, few, seen)));
    const error_info failed = co_await copy.outcome();
    EXPECT_TRUE(failed ? failed.code() == asio::error::operation_aborted : seen == few.rows) << failed.message();
    EXPECT_TRUE(co_await goes_on(db)) << message;
    if (!*happened) break;
  }
  co_await server.drop();
}

TEST_P(copy_out_faults, give_a_beginning_and_leave_the_connection_where_it_is_cancelled_at_any_message) {
  run([] { return cancel_out(GetParam()); });
}

asio::awaitable<void> fail_at_row(way_out way) {
  connection db = co_await connect_to("DSN");
  for (std::int64_t row = 1; row <= few.rows; ++row) {
    const source from{.rows = few.rows, .refused = row};
    std::int64_t seen = 0;
    const error_info failed = co_await error_of(way.copy(db, from, seen));
    EXPECT_EQ(failed.code(), sqlstate::division_by_zero) << failed.message();
    EXPECT_TRUE(seen == row - 1 || (seen < row && !way.all_before_an_error)) << seen;
    EXPECT_TRUE(co_await goes_on(db));
  }
}

TEST_P(copy_out_faults, give_rows_in_front_of_the_one_at_which_the_server_fails) {
  run([] { return fail_at_row(GetParam()); });
}

}  // namespace
}  // namespace pgcoro::test
