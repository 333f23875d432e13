// What holds for every message of the protocol, in both directions.
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/error.hpp>

#include "message_samples.hpp"
#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::body_of;
using test::contents;
using test::message_sample;

class every_message : public testing::TestWithParam<message_sample> {};

/// Those whose bodies say themselves where they end.
class every_closed_message : public every_message {};

std::vector<message_sample> closed_samples() {
  std::vector<message_sample> closed = test::message_samples();
  std::erase_if(closed, [](const message_sample& s) { return s.open_ended; });
  return closed;
}

constexpr auto name_of_sample = [](const auto& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(protocol, every_message, testing::ValuesIn(test::message_samples()), name_of_sample);
INSTANTIATE_TEST_SUITE_P(protocol, every_closed_message, testing::ValuesIn(closed_samples()), name_of_sample);

message_framer session_framer(sender from) {
  message_framer framer({}, from);
  framer.authenticated();
  return framer;
}

TEST_P(every_message, is_written_as_the_documentation_says) {
  buffer out;
  ASSERT_EQ(GetParam().write(out), errc{});
  EXPECT_EQ(contents(out), GetParam().bytes);
}

TEST_P(every_message, is_appended_behind_what_is_there) {
  buffer out;
  out.append("before");
  ASSERT_EQ(GetParam().write(out), errc{});
  EXPECT_EQ(contents(out), "before" + GetParam().bytes);
}

TEST_P(every_message, is_written_again_as_it_was_read) {
  buffer out;
  ASSERT_EQ(GetParam().rewrite(as_bytes(body_of(GetParam().bytes)), out), errc{});
  EXPECT_EQ(contents(out), GetParam().bytes);
}

TEST_P(every_message, is_read_without_an_allocation) {
  const std::string_view body = body_of(GetParam().bytes);
  const std::size_t before = test::allocated();
  const bool failed = static_cast<bool>(GetParam().parse(as_bytes(body)));
  EXPECT_EQ(test::allocated(), before);
  EXPECT_FALSE(failed);
}

TEST_P(every_closed_message, is_refused_when_its_body_ends_early) {
  const std::string_view body = body_of(GetParam().bytes);
  for (std::size_t size = 0; size < body.size(); ++size) {
    // A copy of just that size, so that a sanitizer sees a read beyond it.
    const std::vector<char> cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
    const protocol_error e = GetParam().parse(as_bytes({cut.data(), cut.size()}));
    EXPECT_TRUE(e) << "cut to " << size << " bytes";
    EXPECT_LE(e.offset, size);
  }
}

TEST_P(every_closed_message, is_refused_with_trailing_bytes) {
  const std::string body = std::string(body_of(GetParam().bytes)) + "\1";
  const protocol_error e = GetParam().parse(as_bytes(body));
  ASSERT_TRUE(e);
  EXPECT_STREQ(e.rule, "trailing bytes");
  EXPECT_EQ(e.offset, body.size() - 1);
}

// Any byte may be any other: what is still accepted must mean exactly what it says.
TEST_P(every_message, is_refused_or_read_faithfully_when_a_byte_changes) {
  for (std::size_t i = header_size; i < GetParam().bytes.size(); ++i) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = GetParam().bytes;
      changed[i] = static_cast<char>(value);
      buffer out;
      if (GetParam().rewrite(as_bytes(body_of(changed)), out) == errc{})
        EXPECT_EQ(contents(out), changed) << "byte " << i << " is " << value;
      else
        EXPECT_TRUE(out.empty());
    }
  }
}

TEST_P(every_message, is_framed_byte_by_byte) {
  const std::string& bytes = GetParam().bytes;
  message_framer framer = session_framer(GetParam().from);
  message_view m;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(framer.next(as_bytes({bytes.data(), size}), m), frame_status::need_more) << size;
    EXPECT_EQ(framer.message_size(), size < header_size ? header_size : bytes.size());
  }
  ASSERT_EQ(framer.next(as_bytes(bytes), m), frame_status::complete);
  EXPECT_EQ(m.type, bytes[0]);
  EXPECT_EQ(as_text(m.body), body_of(bytes));
  EXPECT_EQ(m.size(), bytes.size());
}

TEST_P(every_message, is_framed_at_every_split_of_a_stream) {
  const std::string stream = GetParam().bytes + GetParam().bytes;
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    message_framer framer = session_framer(GetParam().from);
    buffer received;
    int messages = 0;
    const auto feed = [&](std::string_view piece) {
      received.append(piece);
      for (message_view m; framer.next(received.data(), m) == frame_status::complete; ++messages) {
        EXPECT_EQ(as_text(m.body), body_of(GetParam().bytes));
        received.consume(m.size());
      }
    };
    feed(std::string_view(stream).substr(0, split));
    feed(std::string_view(stream).substr(split));
    EXPECT_EQ(messages, 2) << "split at " << split;
    EXPECT_TRUE(received.empty());
  }
}

TEST(every_message_of_the_documentation, has_a_sample) {
  std::string server_types;
  std::string client_types;
  for (const message_sample& s : test::message_samples())
    (s.from == sender::server ? server_types : client_types) += s.bytes[0];
  for (const char type : std::string_view("RK23CWdcGHDIEVvnNAtS1sZT"))
    EXPECT_NE(server_types.find(type), std::string::npos) << type;
  for (const char type : std::string_view("BCdcfDEHFPpQSX"))
    EXPECT_NE(client_types.find(type), std::string::npos) << type;
}

}  // namespace
}  // namespace pgcoro::protocol
