// What scripts/demo.sh runs: one connection, from its opening to its end.
//
//   example_tour "host=… dbname=… user=… password=… sslmode=verify-full channel_binding=require"
#include <chrono>
#include <iostream>

#include <pgcoro/pgcoro.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

struct book {
  std::int32_t id;
  std::string title;
  std::optional<double> price;
};

long milliseconds_since(clock_type::time_point begin) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::milliseconds>(clock_type::now() - begin).count());
}

asio::awaitable<void> statements(pgcoro::connection& db) {
  co_await db.execute_script(
      "CREATE TEMP TABLE books (id int PRIMARY KEY, title text NOT NULL, price float8,"
      "                         CONSTRAINT a_price_is_positive CHECK (price > 0))");
  const std::string title = "Die Räuber";
  co_await db.execute("INSERT INTO books VALUES ($1, $2, $3), ($4, $5, $6)", 1, title, 9.5, 2, "Emilia Galotti",
                      std::nullopt);
  const auto books = co_await db.fetch<book>("SELECT id, title, price FROM books ORDER BY id");
  std::cout << "\n" << books.size() << " rows as structs:\n";
  for (const book& b : books) {
    std::cout << "  " << b.id << "  " << b.title << "  ";
    if (b.price)
      std::cout << *b.price << '\n';
    else
      std::cout << "no price\n";
  }
}

asio::awaitable<void> many_inserts(pgcoro::connection& db) {
  std::vector<book> more;
  for (int i = 1; i <= 10'000; ++i) more.push_back({1000 + i, "Volume " + std::to_string(i), 5.0 + i % 7});
  const auto begin = clock_type::now();
  const auto done = co_await db.execute_many("INSERT INTO books VALUES ($1, $2, $3)", more);
  std::cout << "\n" << done.rows_affected() << " inserts, pipelined: " << milliseconds_since(begin) << " ms\n";
}

asio::awaitable<void> errors(pgcoro::connection& db) {
  const double prices[] = {-1.0, 1.0};
  for (const double price : prices) {
    try {
      co_await db.execute("INSERT INTO books VALUES (1, 'Nathan der Weise', $1)", price);
    } catch (const pgcoro::integrity_constraint_violation& e) {
      std::cout << "\nrefused by " << e.fields().constraint_name << " of table " << e.fields().table_name
                << ", SQLSTATE " << e.fields().sqlstate << ":\n  " << e.what() << '\n';
    }
  }
}

asio::awaitable<void> deadline(pgcoro::connection& db) {
  const auto begin = clock_type::now();
  try {
    co_await db.execute({.timeout = 200ms}, "SELECT pg_sleep(60)");
  } catch (const pgcoro::error& e) {
    std::cout << "\nafter " << milliseconds_since(begin) << " ms: " << e.what() << '\n';
  }
  const auto [pid, count] =
      co_await db.fetch_one<std::tuple<std::uint32_t, std::int64_t>>("SELECT pg_backend_pid(), count(*) FROM books");
  std::cout << "the same session (" << (pid == db.backend_process_id() ? "process " : "?? ") << pid << ") counts "
            << count << " books " << milliseconds_since(begin) << " ms after the statement began\n";
}

asio::awaitable<void> tour(const pgcoro::connect_options& options) {
  auto db = co_await pgcoro::connect(options);
  const bool bound = options.channel_binding == pgcoro::channel_binding::require;
  std::cout << "connected to PostgreSQL " << *db.parameter_status("server_version") << ", process "
            << db.backend_process_id() << "\n  encrypted: " << (db.is_encrypted() ? "yes, TLS" : "no")
            << "\n  authentication: "
            << (bound ? "SCRAM-SHA-256-PLUS, bound to the server's certificate (channel_binding=require)"
                      : "as the server asked (add channel_binding=require for SCRAM-SHA-256-PLUS)")
            << '\n';
  co_await statements(db);
  co_await many_inserts(db);
  co_await errors(db);
  co_await deadline(db);
  co_await db.close();
  std::cout << "\nclosed\n";
}

int main(int argc, char** argv) try {
  const pgcoro::connect_options options(argc > 1 ? argv[1] : "");
  asio::io_context context(1);
  pgcoro::sync_wait(context, tour(options));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
