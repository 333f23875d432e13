// Loads a CSV file into a table, or writes a table into one, with a bar that shows how far it is.
//
//   example_bulk_load DSN                                  # a round trip of its own: makes, unloads and loads a table
//   example_bulk_load DSN load TABLE FILE.csv
//   example_bulk_load DSN unload TABLE FILE.csv
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include <pgcoro/connection.hpp>
#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_in.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/sync_wait.hpp>

namespace {

namespace asio = boost::asio;

/// Redraws one line of the terminal.
void show(const pgcoro::copy_totals& done) {
  constexpr int width = 40;
  const double mebibytes = static_cast<double>(done.bytes) / (1 << 20);
  if (done.of > 0) {
    const double part = static_cast<double>(done.bytes) / static_cast<double>(done.of);
    const int filled = static_cast<int>(part * width);
    std::fprintf(stderr, "\r[%s%s] %3.0f %%  %.1f MiB", std::string(static_cast<std::size_t>(filled), '#').c_str(),
                 std::string(static_cast<std::size_t>(width - filled), ' ').c_str(), 100 * part, mebibytes);
  } else {
    std::fprintf(stderr, "\r%.1f MiB", mebibytes);
  }
  if (done.rows > 0) std::fprintf(stderr, ", %llu rows\n", static_cast<unsigned long long>(done.rows));
}

asio::awaitable<void> load(pgcoro::connection& db, std::string table, std::filesystem::path file) {
  const std::string sql = "COPY " + pgcoro::identifier(table).text() + " FROM STDIN (FORMAT csv, HEADER)";
  co_await pgcoro::copy_in_from(db, file, sql, &show);
}

asio::awaitable<void> unload(pgcoro::connection& db, std::string table, std::filesystem::path file) {
  const std::string sql = "COPY " + pgcoro::identifier(table).text() + " TO STDOUT (FORMAT csv, HEADER)";
  co_await pgcoro::copy_out_to(db, file, sql, &show);
}

asio::awaitable<void> round_trip(pgcoro::connection& db) {
  co_await db.execute_script("CREATE TEMP TABLE measurements (id int8, at timestamptz, value float8)");
  auto in = co_await db.copy_in<std::int64_t, double>(pgcoro::table("measurements", "id", "value"));
  for (std::int64_t i = 0; i < 200'000; ++i)
    if (in.push(i, 0.5 * static_cast<double>(i))) co_await in.flush();
  std::cerr << co_await in.finish() << " rows written from C++\n";
  const auto file = std::filesystem::temp_directory_path() / "pgcoro_bulk_load.csv";
  co_await unload(db, "measurements", file);
  co_await db.execute("TRUNCATE measurements");
  co_await load(db, "measurements", file);
  std::filesystem::remove(file);
}

asio::awaitable<void> run(int argc, char** argv) {
  pgcoro::connection db = co_await pgcoro::connect(argv[1]);
  if (argc == 2)
    co_await round_trip(db);
  else if (std::string_view(argv[2]) == "load")
    co_await load(db, argv[3], argv[4]);
  else
    co_await unload(db, argv[3], argv[4]);
  co_await db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 5) {
    std::cerr << "usage: example_bulk_load DSN [load|unload TABLE FILE.csv]\n";
    return EXIT_FAILURE;
  }
  try {
    asio::io_context context;
    pgcoro::sync_wait(context, run(argc, argv));
  } catch (const std::exception& e) {
    std::cerr << '\n' << e.what() << '\n';
    return EXIT_FAILURE;
  }
}
