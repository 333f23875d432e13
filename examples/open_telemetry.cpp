// A tracer that speaks OpenTelemetry's semantic conventions for databases (their stable names: db.system.name,
// db.query.text, db.operation.name …), and statements that carry sqlcommenter's tags. Here spans go to the standard
// output, one line of JSON each; a service hands them to its exporter instead.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <pgcoro/pool.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/tracer.hpp>
#include <pgcoro/transaction.hpp>

namespace asio = boost::asio;
namespace json = boost::json;

// One thread uses it: one with several guards the map.
class otel_tracer : public pgcoro::tracer {
 public:
  span begin(const pgcoro::span_start& start) noexcept override try {
    open_span& made = open_[++last_];
    made.began = std::chrono::steady_clock::now();
    json::object& attributes = made.attributes;
    attributes["db.system.name"] = "postgresql";
    if (!start.database.empty()) attributes["db.namespace"] = start.database;
    if (!start.host.empty()) attributes["server.address"] = start.host;
    if (!start.statement.empty()) attributes["db.query.text"] = start.statement;
    const std::string_view operation = first_word(start.statement);
    if (!operation.empty()) attributes["db.operation.name"] = operation;
    // "{operation} {namespace}", as the conventions name a span whose target is not known.
    made.name = operation.empty() ? std::string(pgcoro::to_string(start.what)) : std::string(operation);
    if (!start.database.empty()) made.name.append(" ").append(start.database);
    return last_;
  } catch (...) {
    return 0;
  }

  void end(span number, const pgcoro::span_end& outcome) noexcept override try {
    const auto node = open_.extract(number);
    if (node.empty()) return;
    json::object attributes = node.mapped().attributes;
    if (outcome.error) {
      attributes["error.type"] = outcome.error->code().message();
      if (const auto* server = outcome.error->server()) attributes["db.response.status_code"] = server->sqlstate;
    }
    const auto took = std::chrono::steady_clock::now() - node.mapped().began;
    const json::object line{{"name", node.mapped().name},
                            {"kind", "CLIENT"},
                            {"duration_us", std::chrono::duration_cast<std::chrono::microseconds>(took).count()},
                            {"status", outcome.error ? "ERROR" : "UNSET"},
                            {"attributes", attributes}};
    std::cout << json::serialize(line) << '\n';
  } catch (...) {  // a span is lost, not the program
  }

  void warning(std::string_view text) noexcept override { std::cerr << "warning: " << text << '\n'; }

 private:
  struct open_span {
    std::string name;
    std::chrono::steady_clock::time_point began;
    json::object attributes;
  };

  static std::string_view first_word(std::string_view sql) { return sql.substr(0, sql.find_first_of(" ;\n")); }

  std::map<span, open_span> open_;
  span last_ = 0;
};

asio::awaitable<void> run(const char* dsn) {
  pgcoro::pool_options options;
  options.connect = dsn;
  options.max_size = 2;
  options.tracer = std::make_shared<otel_tracer>();
  // Behind each one-shot statement: which part of the program it comes from, as pg_stat_statements' neighbours see it.
  options.tags = {{"application", "shop"}, {"controller", "orders"}};
  pgcoro::pool pool(co_await asio::this_coro::executor, options);

  const auto seen =
      co_await pool.fetch_one<std::string>("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  std::cout << "the server saw: " << seen << '\n';
  co_await pool.transaction([](pgcoro::transaction& tx) -> asio::awaitable<void> {
    co_await tx.execute("CREATE TEMP TABLE cart (item text) ON COMMIT DROP");
    co_await tx.execute("INSERT INTO cart VALUES ('tea')");
  });
  try {
    co_await pool.execute("SELECT 1 / 0");
  } catch (const pgcoro::error& e) {
    std::cout << "failed, as it should: " << e.info().message() << '\n';
  }
  co_await pool.close(std::chrono::seconds(5));
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
