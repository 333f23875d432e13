// Where to connect and on what terms: a connection string as libpq reads it, or the options one by one.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <iostream>
#include <string>

#include <pgcoro/as_result.hpp>
#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> open(const char* dsn) {
  pgcoro::connect_options options(dsn);  // "postgresql://…" or "host=… user=…"; the rest from PGHOST, ~/.pgpass …
  options.application_name = "connect_options example";
  options.target_session_attrs = pgcoro::target_session_attrs::read_write;
  options.connect_timeout = 5s;  // for each host, name lookup and handshakes included
  options.parameters["search_path"] = "pg_catalog";
  auto db = co_await pgcoro::connect(options);
  const auto name = co_await db.fetch_one<std::string>("SELECT application_name FROM pg_stat_activity WHERE pid = $1",
                                                       static_cast<int>(db.backend_process_id()));
  const auto path = co_await db.fetch_one<std::string>("SHOW search_path");
  std::cout << "\"" << name << "\", search_path " << path
            << (db.is_encrypted() ? ", encrypted\n" : ", not encrypted\n");
}

asio::awaitable<void> several_hosts_none_of_which_answers() {
  pgcoro::connect_options options;
  options.host = "127.0.0.1,127.0.0.1,/nowhere";
  options.port = "1,2,3";
  options.user = "nobody";
  options.dbname = "nothing";
  options.password = "never shown";
  const auto made = co_await pgcoro::as_result(pgcoro::connect(options));
  if (!made) std::cout << "every attempt is listed: " << made.error().what() << '\n';
}

void mistakes() {
  for (const char* dsn : {"host=localhost sslmod=require", "postgresql://localhost/?sslmode=perhaps", "host='open"}) {
    const auto parsed = pgcoro::connect_options::parse(dsn);
    if (!parsed) std::cout << parsed.error().what() << '\n';
  }
}

asio::awaitable<void> run(const char* dsn) {
  co_await open(dsn);
  co_await several_hosts_none_of_which_answers();
  mistakes();
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
