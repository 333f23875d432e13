// pgcoro on the work of libpq_bench.c.
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/quoted_char.hpp>
#include <pgcoro/types/uuid.hpp>

#include "rows/rows.h"

extern "C" {
#include "bench.h"
}

namespace {

namespace asio = boost::asio;

void expect(std::int64_t got, std::int64_t wanted) {
  if (got != wanted) throw std::runtime_error("wrong value");
}

// One at a time: send, wait, decode.
asio::awaitable<void> one_row(pgcoro::connection& db, bench& b) {
  std::int64_t i = 0;
  do {
    const auto value = co_await db.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, i);
    expect(value, i++);
  } while (bench_more(&b, 1));
}

// A pipeline of 100 statements and one Sync.
asio::awaitable<void> pipeline(pgcoro::connection& db, bench& b) {
  pgcoro::pipeline statements;
  std::vector<pgcoro::pipeline_result<std::int64_t>> values;
  std::int64_t first = 0;
  do {
    statements.clear();
    values.clear();
    for (std::int64_t i = 0; i < BENCH_IN_FLIGHT; ++i)
      values.push_back(statements.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, first + i));
    co_await db.run(statements);
    for (const auto& value : values) expect(value.value(), first++);
  } while (bench_more(&b, BENCH_IN_FLIGHT));
}

// 100 coroutines share the connection; each of their statements has a Sync of its own.
asio::awaitable<void> one_of_many(pgcoro::connection& db, bench& b, bool& more) {
  std::int64_t i = 0;
  while (more) {
    const auto value = co_await db.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, i);
    expect(value, i++);
    more = more && bench_more(&b, 1);
  }
}

struct narrow {
  std::int32_t id;
  double value;
  std::string name;
};

struct wide {
  std::uint32_t type;
  std::string name;
  std::uint32_t schema;
  std::uint32_t owner;
  std::int16_t length;
  bool by_value;
  pgcoro::quoted_char kind;
  pgcoro::quoted_char category;
  bool preferred;
  bool defined;
  pgcoro::quoted_char delimiter;
  std::uint32_t relation;
};

struct typed {
  std::chrono::sys_time<std::chrono::microseconds> at;
  pgcoro::numeric amount;
  boost::uuids::uuid id;
  std::array<std::int64_t, 3> numbers;
};

// A large result, as structs.
template <class Row>
asio::awaitable<void> rows(pgcoro::connection& db, bench& b, const char* sql) {
  long count = 0;
  do {
    const std::vector<Row> all = co_await db.fetch<Row>(sql);
    count = static_cast<long>(all.size());
    if (count == 0) throw std::runtime_error("no rows");
  } while (bench_more(&b, count));
}

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

asio::awaitable<void> run(bench& b) {
  const std::string_view workload = b.workload;
  pgcoro::connection db = co_await pgcoro::connect(b.dsn);
  expect(co_await db.fetch_one<std::int64_t>(BENCH_ONE_ROW_SQL, 1), 1);
  bench_start(&b);
  if (workload == "one_row") {
    co_await one_row(db, b);
  } else if (workload == "pipeline") {
    co_await pipeline(db, b);
  } else if (workload == "rows_narrow") {
    co_await rows<narrow>(db, b, ROWS_NARROW_SQL);
  } else if (workload == "rows_wide") {
    co_await rows<wide>(db, b, ROWS_WIDE_SQL);
  } else if (workload == "rows_typed") {
    co_await rows<typed>(db, b, ROWS_TYPED_SQL);
  } else {
    bool more = true;
    int running = BENCH_IN_FLIGHT;
    const auto executor = db.get_executor();
    asio::steady_timer all_done(executor, asio::steady_timer::time_point::max());
    for (int i = 0; i < BENCH_IN_FLIGHT; ++i)
      asio::co_spawn(executor, one_of_many(db, b, more), [&](const std::exception_ptr& failed) {
        rethrow(failed);
        if (--running == 0) all_done.cancel();
      });
    boost::system::error_code ignored;
    co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  bench_report(&b);
}

}  // namespace

int main(int argc, char** argv) {
  bench b = bench_arguments("pgcoro", argc, argv);
  const std::string_view workload = b.workload;
  if (workload != "one_row" && workload != "pipeline" && workload != "pipeline_sync_each" &&
      !workload.starts_with("rows_"))
    return BENCH_UNSUPPORTED;
  try {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    asio::co_spawn(context, run(b), rethrow);
    context.run();
  } catch (const std::exception& e) {
    std::cerr << "pgcoro_bench: " << e.what() << '\n';
    return 1;
  }
}
