// From synchronous code: a script, a migration, a test.
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <string>

#include <pgcoro/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/with_timeout.hpp>

using namespace std::chrono_literals;

int main(int argc, char** argv) try {
  boost::asio::io_context context(1);
  auto db = pgcoro::sync_wait(context, pgcoro::connect(argc > 1 ? argv[1] : ""));

  const char* const migrations[] = {
      "CREATE TEMP TABLE notes (id int GENERATED ALWAYS AS IDENTITY, body text)",
      "ALTER TABLE notes ADD COLUMN written timestamptz NOT NULL DEFAULT now()",
      "INSERT INTO notes (body) VALUES ('made by a migration')",
  };
  for (const char* migration : migrations) {
    pgcoro::sync_wait(context, pgcoro::with_timeout(db.execute_script(migration), 30s));
    std::cout << "done: " << migration << '\n';
  }
  for (const auto& body : pgcoro::sync_wait(context, db.fetch<std::string>("SELECT body FROM notes")))
    std::cout << body << '\n';
  pgcoro::sync_wait(context, db.close());
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
