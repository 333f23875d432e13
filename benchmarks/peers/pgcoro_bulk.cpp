// pgcoro on bulk data: rows (int4, int8, text) out by a row stream or COPY, in by COPY, in binary and CSV; CSV from and
// to a file. Prints client CPU a row and peak memory.
//
//   pgcoro_bulk DSN stream|copy_out|copy_in|csv_out|csv_in [ROWS]
//   pgcoro_bulk DSN file_out|file_in ROWS FILE
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <utility>

#include <pgcoro/connection.hpp>
#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/text_copy_in.hpp>

namespace {

namespace asio = boost::asio;

struct row {
  std::int32_t id;
  std::int64_t value;
  std::string name;
};

std::string rows_sql(long rows) {
  return "SELECT n::int4, n::int8 * 1000003, 'name of a row' FROM (SELECT generate_series(1, " + std::to_string(rows) +
         ") AS n) s";
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

long peak_kib() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

template <class Reader>
asio::awaitable<long> count(Reader& reader) {
  long seen = 0;
  std::int64_t sum = 0;
  while (auto batch = co_await reader.next()) {
    for (const row& r : *batch) sum += r.value + static_cast<std::int64_t>(r.name.size());
    seen += static_cast<long>(batch->size());
  }
  if (sum == 0) throw std::runtime_error("no rows");
  co_return seen;
}

template <class Writer>
asio::awaitable<long> push(Writer& in, long rows) {
  for (long i = 0; i < rows; ++i)
    if (in.push(static_cast<std::int32_t>(i), i * 1000003, "name of a row")) co_await in.flush();
  co_return static_cast<long>(co_await in.finish());
}

asio::awaitable<long> move(pgcoro::connection& db, std::string_view workload, long rows, std::filesystem::path file) {
  const std::string sql = rows_sql(rows);
  const pgcoro::table bulk("bulk", "id", "value", "name");
  const auto csv = pgcoro::copy_options::csv();
  long moved = 0;
  if (workload == "stream") {
    auto all = co_await db.stream<row>(sql);
    moved = co_await count(all);
  } else if (workload == "copy_out") {
    auto all = co_await db.copy_out<row>(sql);
    moved = co_await count(all);
  } else if (workload == "csv_out") {
    auto all = co_await db.copy_out<row>(sql, csv);
    moved = co_await count(all);
  } else if (workload == "copy_in") {
    auto in = co_await db.copy_in<std::int32_t, std::int64_t, std::string_view>(bulk);
    moved = co_await push(in, rows);
  } else if (workload == "csv_in") {
    auto in = co_await db.copy_in<std::int32_t, std::int64_t, std::string_view>(bulk, csv);
    moved = co_await push(in, rows);
  } else if (workload == "file_out") {
    const std::string copy = "COPY (" + sql + ") TO STDOUT" + csv.to_clause();
    moved = static_cast<long>((co_await pgcoro::copy_out_to(db, file, copy)).rows);
  } else if (workload == "file_in") {
    const std::string copy = "COPY bulk FROM STDIN" + csv.from_clause();
    moved = static_cast<long>((co_await pgcoro::copy_in_from(db, file, copy)).rows);
  }
  co_return moved;
}

asio::awaitable<void> run(const char* dsn, std::string_view workload, long rows, std::filesystem::path file) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);
  co_await db.execute_script("CREATE TEMP TABLE bulk (id int4, value int8, name text)");
  const double before = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  const long idle = peak_kib();
  const long moved = co_await move(db, workload, rows, std::move(file));
  const double cpu = cpu_seconds() - before;
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
  if (moved != rows) throw std::runtime_error("rows are missing");
  std::printf("pgcoro %s: %ld rows, %.4f us of CPU a row, %.2f s, %ld KiB above idle\n", std::string(workload).c_str(),
              rows, 1e6 * cpu / static_cast<double>(rows), wall.count(), peak_kib() - idle);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return EXIT_FAILURE;
  const long rows = argc > 3 ? std::atol(argv[3]) : 10'000'000;
  try {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    pgcoro::sync_wait(context, run(argv[1], argv[2], rows, argc > 4 ? argv[4] : ""));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return EXIT_FAILURE;
  }
}
