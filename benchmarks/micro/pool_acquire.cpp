// What a pool costs where a connection is free: acquire and release, on the pool's own executor. The server is a socket
// that says hello and nothing more.
#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <string>

#include <pgcoro/pool.hpp>
#include <pgcoro/protocol/backend.hpp>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

void rethrow(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

std::string greeting() {
  using namespace pgcoro::protocol;
  buffer all;
  (void)write(all, authentication{});
  (void)write(all, parameter_status{"server_version", "18.0"});
  (void)write(all, parameter_status{"client_encoding", "UTF8"});
  (void)write(all, ready_for_query{transaction_status::idle});
  return std::string(as_text(all.data()));
}

asio::awaitable<void> serve(tcp::acceptor& acceptor) {
  tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
  char packet[1000];
  co_await socket.async_read_some(asio::buffer(packet), asio::use_awaitable);
  const std::string words = greeting();
  co_await asio::async_write(socket, asio::buffer(words), asio::use_awaitable);
  boost::system::error_code ended;
  while (!ended)
    co_await socket.async_read_some(asio::buffer(packet), asio::redirect_error(asio::use_awaitable, ended));
}

asio::awaitable<void> measure(pgcoro::pool& pool, benchmark::State& state) {
  {
    const pgcoro::lease first = co_await pool.acquire();
  }
  for (auto _ : state) {
    const pgcoro::lease db = co_await pool.acquire();
    benchmark::DoNotOptimize(&db);
  }
}

void acquire_and_release(benchmark::State& state) {
  asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  asio::co_spawn(context, serve(acceptor), rethrow);
  {
    pgcoro::pool_options options;
    options.connect = "host=127.0.0.1 user=x sslmode=disable port=" + std::to_string(acceptor.local_endpoint().port());
    options.check_size = false;
    pgcoro::pool pool(context.get_executor(), options);
    asio::co_spawn(context, measure(pool, state), [&](const std::exception_ptr& failed) {
      context.stop();
      rethrow(failed);
    });
    context.run();
  }
}
BENCHMARK(acquire_and_release);

}  // namespace
