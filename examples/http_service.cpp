// A small HTTP service on Boost.Beast and one pool, as one would run it: a JSON endpoint, metrics, answers under
// overload, and an end that loses no request.
//
//   example_http_service DSN          serves itself a few hundred requests on a free port, and ends
//   example_http_service DSN 8080     serves until SIGINT or SIGTERM:   curl localhost:8080/items/7
//
// One thread runs everything; a service on more of them runs one io_context, one acceptor (SO_REUSEPORT) and one pool
// in each.
#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/pool.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/when_all.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;

response answer(const request& to, http::status status, std::string_view type, std::string body) {
  response r(status, to.version());
  r.set(http::field::content_type, type);
  r.keep_alive(to.keep_alive());
  r.body() = std::move(body);
  r.prepare_payload();
  return r;
}

response refuse(const request& to, http::status status, std::string_view why) {
  response r = answer(to, status, "application/json", "{\"error\": \"" + std::string(why) + "\"}");
  if (status == http::status::service_unavailable) r.set(http::field::retry_after, "1");
  return r;
}

/// "/items/7" gives 7.
std::optional<std::int64_t> item_of(std::string_view target) {
  constexpr std::string_view prefix = "/items/";
  if (!target.starts_with(prefix)) return std::nullopt;
  target.remove_prefix(prefix.size());
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(target.data(), target.data() + target.size(), id);
  if (error != std::errc() || end != target.data() + target.size()) return std::nullopt;
  return id;
}

class service {
 public:
  service(const asio::any_io_executor& executor, pgcoro::pool& pool, unsigned short port)
      : pool_(pool), acceptor_(executor, tcp::endpoint(asio::ip::address_v4::loopback(), port)), all_ended_(executor) {
    all_ended_.expires_at(asio::steady_timer::time_point::max());
  }

  unsigned short port() const { return acceptor_.local_endpoint().port(); }

  /// Until stop().
  asio::awaitable<void> run() {
    const auto executor = co_await asio::this_coro::executor;
    boost::system::error_code failed;
    while (!stopping_) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (!failed) asio::co_spawn(executor, serve(beast::tcp_stream(std::move(socket))), asio::detached);
    }
  }

  /// Takes no new connections, lets requests that are being answered come to their end, and returns then.
  asio::awaitable<void> stop() {
    stopping_ = true;
    acceptor_.close();
    for (beast::tcp_stream* stream : waiting_) stream->cancel();
    boost::system::error_code ignored;
    while (open_ > 0) co_await all_ended_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

 private:
  asio::awaitable<void> serve(beast::tcp_stream stream) {
    ++open_;
    try {
      co_await converse(stream);
    } catch (const std::exception& e) {
      std::cerr << "a client's connection: " << e.what() << '\n';
    }
    if (--open_ == 0) all_ended_.cancel();
  }

  asio::awaitable<void> converse(beast::tcp_stream& stream) {
    beast::flat_buffer buffer;
    boost::system::error_code failed;
    while (!stopping_) {
      request asked;
      stream.expires_after(30s);
      waiting_.insert(&stream);
      co_await http::async_read(stream, buffer, asked, asio::redirect_error(asio::use_awaitable, failed));
      waiting_.erase(&stream);
      if (failed) co_return;  // gone, or has nothing to ask
      response answered = co_await handle(asked);
      if (stopping_) answered.keep_alive(false);
      stream.expires_after(10s);
      co_await http::async_write(stream, answered, asio::redirect_error(asio::use_awaitable, failed));
      if (failed || !answered.keep_alive()) co_return;
    }
  }

  /// What the database cannot do right now is 503, so that a load balancer goes elsewhere; what it refuses is 500.
  asio::awaitable<response> handle(const request& asked) {
    const std::string_view target(asked.target().data(), asked.target().size());
    if (asked.method() != http::verb::get) co_return refuse(asked, http::status::method_not_allowed, "only GET");
    if (target == "/metrics")
      co_return answer(asked, http::status::ok, "text/plain; version=0.0.4", pgcoro::to_prometheus(pool_.statistics()));
    const auto id = item_of(target);
    if (!id) co_return refuse(asked, http::status::not_found, "no such resource");
    http::status status{};
    try {
      auto json = co_await item(*id);
      if (json) co_return answer(asked, http::status::ok, "application/json", *std::move(json));
      co_return refuse(asked, http::status::not_found, "no such item");
    } catch (const pgcoro::error& e) {
      std::cerr << e.what() << '\n';
      status = e.is_transient() ? http::status::service_unavailable : http::status::internal_server_error;
    }
    co_return refuse(asked, status, "the database does not answer as it should");
  }

  asio::awaitable<std::optional<std::string>> item(std::int64_t id) {
    const pgcoro::query_options bound{.mode = {}, .timeout = 2s};
    co_return co_await pool_.fetch_optional<std::string>(
        bound, "SELECT to_json(i)::text FROM (SELECT $1::bigint AS id, 'item ' || $1 AS name) i WHERE $1 <= 1000", id);
  }

  pgcoro::pool& pool_;
  tcp::acceptor acceptor_;
  std::set<beast::tcp_stream*> waiting_;  // for a request
  std::size_t open_ = 0;
  asio::steady_timer all_ended_;
  bool stopping_ = false;
};

// What clients would do

asio::awaitable<int> client(unsigned short port, int number) {
  beast::tcp_stream stream(co_await asio::this_coro::executor);
  const tcp::endpoint there(asio::ip::address_v4::loopback(), port);
  co_await stream.async_connect(there, asio::use_awaitable);
  beast::flat_buffer buffer;
  int good = 0;
  for (int i = 0; i < 10; ++i) {
    request ask(http::verb::get, "/items/" + std::to_string(number * 10 + i), 11);
    ask.set(http::field::host, "localhost");
    co_await http::async_write(stream, ask, asio::use_awaitable);
    response got;
    co_await http::async_read(stream, buffer, got, asio::use_awaitable);
    good += got.result() == http::status::ok ? 1 : 0;
    if (number == 0 && i == 7) std::cout << ask.target() << " -> " << got.body() << '\n';
  }
  co_return good;
}

asio::awaitable<void> ask_itself(unsigned short port) {
  std::vector<asio::awaitable<int>> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(client(port, i));
  int good = 0;
  for (const int n : co_await pgcoro::when_all(std::move(clients))) good += n;
  std::cout << good << " of 500 requests were answered with 200\n";
  if (good != 500) throw std::runtime_error("some were not");
}

asio::awaitable<void> run(const char* dsn, std::optional<unsigned short> port) {
  const auto executor = co_await asio::this_coro::executor;
  pgcoro::pool_options options;
  options.connect = dsn;
  options.max_size = 8;
  options.max_pipeline_depth = 4;
  options.acquire_timeout = 1s;
  options.max_waiters = 1000;
  pgcoro::pool pool(executor, options);
  co_await pool.warm_up();

  service web(executor, pool, port.value_or(0));
  asio::co_spawn(executor, web.run(), asio::detached);
  if (port) {
    std::cout << "listening on port " << web.port() << std::endl;
    asio::signal_set signals(executor, SIGINT, SIGTERM);
    co_await signals.async_wait(asio::use_awaitable);
  } else {
    co_await ask_itself(web.port());
  }
  co_await web.stop();
  co_await pool.close(5s);
  std::cout << pool.statistics().acquired << " statements on " << pool.statistics().opened << " connections\n";
}

}  // namespace

int main(int argc, char** argv) try {
  asio::io_context context(1);
  std::optional<unsigned short> port;
  if (argc > 2) port = static_cast<unsigned short>(std::stoi(argv[2]));
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : "", port));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
