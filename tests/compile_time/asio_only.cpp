// The yardstick of scripts/check-compile-time.sh: what every coroutine program on Asio includes.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

boost::asio::awaitable<void> nothing() { co_return; }

}  // namespace

int main() {
  boost::asio::io_context context;
  boost::asio::co_spawn(context, nothing(), boost::asio::detached);
  context.run();
}
