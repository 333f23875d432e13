// Whatever a read leaves out, no byte is overlooked, and no end.
#include "net/draining_read.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "net/stream.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::error_code;

/// A stream and its peer, connected.
class reading : public testing::TestWithParam<bool> {
 protected:
  reading() : near(context.get_executor()), far(context) {
    if (GetParam())
      over_tcp();
    else
      over_a_unix_socket();
    error_code code;
    near.socket().non_blocking(true, code);
    near.connected();
  }

  void over_tcp() {
    asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    asio::ip::tcp::socket client(context);
    client.connect(acceptor.local_endpoint());
    near.socket() = std::move(client);
    far = acceptor.accept();
  }
  void over_a_unix_socket() {
    asio::local::stream_protocol::socket one(context);
    asio::local::stream_protocol::socket other(context);
    asio::local::connect_pair(one, other);
    near.socket() = std::move(one);
    far = std::move(other);
  }

  void say(std::string_view text) { asio::write(far, asio::buffer(text)); }

  struct outcome {
    std::string text;
    error_code code;
  };
  /// Begins to read up to `size` bytes; the outcome is in `got`.
  void start(std::size_t size = 64) {
    got.reset();
    near.read_some(asio::buffer(room.data(), size),
                   [this](error_code code, std::size_t n) { got = outcome{std::string(room.data(), n), code}; });
  }
  /// What comes within a moment.
  std::string finish() {
    context.restart();
    context.run_for(got ? 0ms : 200ms);
    if (!got) return "nothing";
    return got->code ? got->code.message() : got->text;
  }
  std::string read(std::size_t size = 64) {
    start(size);
    context.restart();
    while (!got && context.run_one_for(1s) > 0) {
    }
    return finish();
  }
  /// Reads what comes while it waits: epoll tells of all that `happens` at once.
  template <class F>
  std::string read_while(F happens) {
    start();
    context.restart();
    context.poll();
    happens();
    context.restart();
    while (!got && context.run_one_for(1s) > 0) {
    }
    return finish();
  }
  bool write() { return near.write(protocol::as_bytes("a request")).consumed > 0; }

  asio::io_context context;
  stream near;
  stream::socket_type far;
  std::array<char, 64> room{};
  std::optional<outcome> got;
};

TEST_P(reading, waits_for_what_comes_after_a_short_read) {
  say("one");
  EXPECT_EQ(read(), "one");
  start();
  EXPECT_EQ(finish(), "nothing");
  say("two");
  EXPECT_EQ(finish(), "two");
}

TEST_P(reading, sees_what_came_between_two_reads) {
  say("one");
  EXPECT_EQ(read(), "one");
  say("two");
  EXPECT_EQ(read(), "two");
  ASSERT_TRUE(write());
  say("three");
  EXPECT_EQ(read(), "three");
}

TEST_P(reading, sees_what_came_while_nobody_read) {
  EXPECT_EQ(read_while([&] { say("one"); }), "one");
  ASSERT_TRUE(write());
  say("two");
  context.restart();
  context.poll();  // takes what epoll has to tell, and nobody reads
  EXPECT_EQ(read(), "two");
}

TEST_P(reading, takes_the_rest_of_what_did_not_fit) {
  say("onetwo");
  EXPECT_EQ(read(3), "one");
  ASSERT_TRUE(write());
  EXPECT_EQ(read(3), "two");
  ASSERT_TRUE(write());
  say("three");
  EXPECT_EQ(read(), "three");
}

TEST_P(reading, sees_an_end_that_came_with_the_last_bytes) {
  const auto last = [&] {
    say("one");
    far.close();
  };
  EXPECT_EQ(read_while(last), "one");
  EXPECT_EQ(read(), "End of file");
}

TEST_P(reading, sees_a_reset_that_came_with_the_last_bytes) {
  ASSERT_TRUE(write());  // which the peer does not read
  const auto last = [&] {
    say("one");
    far.close();
  };
  EXPECT_EQ(read_while(last), "one");
  EXPECT_EQ(read(), "Connection reset by peer");
}

TEST_P(reading, sees_an_end_that_comes_after_a_write) {
  say("one");
  EXPECT_EQ(read(), "one");
  ASSERT_TRUE(write());
  start();
  EXPECT_EQ(finish(), "nothing");
  far.shutdown(stream::socket_type::shutdown_send);
  EXPECT_EQ(finish(), "End of file");
}

TEST_P(reading, sees_an_end_that_came_with_the_last_bytes_after_a_write_that_failed) {
  const auto last = [&] {
    say("one");
    far.close();
  };
  EXPECT_EQ(read_while(last), "one");
  while (write()) context.run_for(1ms);  // TCP learns of it by the answer to the first
  EXPECT_NE(read(), "nothing");
}

INSTANTIATE_TEST_SUITE_P(of, reading, testing::Values(false, true),
                         [](const auto& of) { return of.param ? "tcp" : "unix_socket"; });

/// A proxy passes on the server's FIN and goes on to take what the client sends.
class reading_from_tcp : public reading {};

TEST_P(reading_from_tcp, sees_a_half_closed_end_that_came_with_the_last_bytes_whatever_was_written_since) {
  const auto last = [&] {
    say("one");
    far.shutdown(stream::socket_type::shutdown_send);
  };
  EXPECT_EQ(read_while(last), "one");
  ASSERT_TRUE(write());
  EXPECT_EQ(read(), "End of file");
}

INSTANTIATE_TEST_SUITE_P(of, reading_from_tcp, testing::Values(true));

}  // namespace
}  // namespace pgcoro::detail
