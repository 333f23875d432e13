// Errors: by type, by code, as values; and which of them are worth another try.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <iostream>

#include <pgcoro/as_result.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/exceptions.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;

asio::awaitable<void> by_type(pgcoro::connection& db) {
  try {
    co_await db.execute("INSERT INTO seats VALUES (1, 'Ann')");
  } catch (const pgcoro::unique_violation& e) {  // is an integrity_constraint_violation, a server_error, an error
    std::cout << "type: constraint " << e.fields().constraint_name << ", " << e.fields().detail << '\n';
  }
}

asio::awaitable<void> by_code(pgcoro::connection& db) {
  try {
    co_await db.execute("SELEKT 1");
  } catch (const pgcoro::error& e) {
    if (e.code() == pgcoro::sqlstate::syntax_error)
      std::cout << "code: at character " << e.info().server()->position << ": " << e.info().message() << '\n';
  }
}

asio::awaitable<void> as_values(pgcoro::connection& db) {
  const auto found = co_await pgcoro::as_result(db.fetch_one<int>("SELECT row FROM seats WHERE guest = $1", "Zoe"));
  if (!found) std::cout << "value: " << found.error().what() << '\n';
  if (found.has_error() && found.error().code() == pgcoro::errc::no_rows) std::cout << "value: a seat is free\n";
}

// Where the connection goes on, and the statement cannot have run or its transaction was undone, it may go again.
asio::awaitable<std::uint64_t> with_retries(pgcoro::connection& db, const char* sql) {
  for (int attempt = 1;; ++attempt) {
    const auto done = co_await pgcoro::as_result(db.execute(sql));
    if (done) co_return done->rows_affected();
    const pgcoro::error_info& error = done.error();
    std::cout << "attempt " << attempt << ": " << error.message() << " (transient: " << error.is_transient()
              << ", connection usable: " << error.connection_usable() << ")\n";
    if (attempt == 3 || !error.is_transient() || !error.connection_usable()) pgcoro::throw_error(error);
  }
}

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "CREATE TEMP TABLE seats (row int PRIMARY KEY, guest text); INSERT INTO seats VALUES (1, 'Bob');"
      "CREATE TEMP SEQUENCE attempts;"
      "CREATE FUNCTION pg_temp.flaky() RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
      "  IF nextval('attempts') < 3 THEN RAISE 'a conflict, made up' USING ERRCODE = 'serialization_failure'; END IF;"
      "  RETURN 1; END $$");
  co_await by_type(db);
  co_await by_code(db);
  co_await as_values(db);
  const auto rows = co_await with_retries(db, "UPDATE seats SET guest = 'Cy' WHERE row = pg_temp.flaky()");
  std::cout << rows << " row after all\n";
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
