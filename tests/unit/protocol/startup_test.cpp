#include <array>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/startup.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::contents;
using test::wire;

constexpr std::array<startup_parameter, 2> parameters{{{"user", "app"}, {"database", ""}}};

const std::string startup_3_2 = wire("\0\0\0\x1c\0\x03\0\x02user\0app\0database\0\0\0");

/// The packet points into `bytes`.
initial_packet packet_of(const std::string& bytes) {
  initial_packet packet;
  protocol_error error;
  EXPECT_EQ(next_initial(as_bytes(bytes), packet, error), frame_status::complete);
  EXPECT_EQ(packet.size(), bytes.size());
  return packet;
}

TEST(startup_message, is_written_as_the_documentation_says) {
  buffer out;
  ASSERT_EQ(write(out, startup_message{.version = protocol_3_2, .parameters = parameters}), errc{});
  EXPECT_EQ(contents(out), startup_3_2);
}

TEST(startup_message, of_protocol_3_0_has_that_version) {
  buffer out;
  ASSERT_EQ(write(out, startup_message{}), errc{});
  EXPECT_EQ(contents(out), wire("\0\0\0\x09\0\x03\0\0\0"));
}

TEST(startup_message, is_read_as_it_was_written) {
  startup_message parsed;
  ASSERT_FALSE(parse(packet_of(startup_3_2), parsed));
  EXPECT_EQ(parsed.version, protocol_3_2);
  std::vector<std::pair<std::string, std::string>> found;
  for (const startup_parameter& p : parsed.parameters) found.emplace_back(p.name, p.value);
  EXPECT_EQ(found, (std::vector<std::pair<std::string, std::string>>{{"user", "app"}, {"database", ""}}));
  buffer out;
  ASSERT_EQ(write(out, parsed), errc{});
  EXPECT_EQ(contents(out), startup_3_2);
}

TEST(startup_message, is_refused_when_malformed) {
  startup_message parsed;
  const auto rule = [&](const std::string& body, std::uint32_t version = protocol_3_0) {
    return parse(initial_packet{version, as_bytes(body)}, parsed).to_string();
  };
  EXPECT_EQ(rule(""), "StartupMessage: missing terminator at byte 0");
  EXPECT_EQ(rule(wire("user\0")), "StartupMessage: missing terminator at byte 5");
  EXPECT_EQ(rule(wire("user\0app\0")), "StartupMessage: missing terminator at byte 9");
  EXPECT_EQ(rule(wire("user\0app\0\0x")), "StartupMessage: trailing bytes at byte 10");
  EXPECT_EQ(rule(wire("\0"), 0x0002'0000), "StartupMessage: unknown major version of the protocol at byte 0");
  EXPECT_EQ(rule(wire("\0"), 80877103), "StartupMessage: unknown major version of the protocol at byte 0");
}

TEST(encryption_requests, are_written_and_read) {
  buffer out;
  write(out, ssl_request{});
  EXPECT_EQ(contents(out), wire("\0\0\0\x08\x04\xd2\x16\x2f"));
  ssl_request ssl;
  gss_encryption_request gss;
  EXPECT_FALSE(parse(packet_of(contents(out)), ssl));
  EXPECT_TRUE(parse(packet_of(contents(out)), gss));
  out.clear();
  write(out, gss_encryption_request{});
  EXPECT_EQ(contents(out), wire("\0\0\0\x08\x04\xd2\x16\x30"));
  EXPECT_FALSE(parse(packet_of(contents(out)), gss));
  EXPECT_TRUE(parse(packet_of(contents(out)), ssl));
  EXPECT_STREQ(parse(initial_packet{80877103, as_bytes("x")}, ssl).rule, "trailing bytes");
}

TEST(cancel_request, carries_a_key_of_4_to_256_bytes) {
  for (const std::size_t size : {4u, 32u, 256u}) {
    const std::string key(size, 'k');
    buffer out;
    ASSERT_EQ(write(out, cancel_request{.process_id = 258, .key = as_bytes(key)}), errc{});
    const std::string bytes = contents(out);
    cancel_request parsed;
    ASSERT_FALSE(parse(packet_of(bytes), parsed));
    EXPECT_EQ(parsed.process_id, 258u);
    EXPECT_EQ(as_text(parsed.key), key);
  }
}

TEST(cancel_request, of_protocol_3_0_is_written_as_the_documentation_says) {
  buffer out;
  ASSERT_EQ(write(out, cancel_request{.process_id = 258, .key = as_bytes("key!")}), errc{});
  EXPECT_EQ(contents(out), wire("\0\0\0\x10\x04\xd2\x16\x2e\0\0\x01\x02key!"));
}

TEST(cancel_request, is_refused_with_a_key_of_another_length) {
  cancel_request parsed;
  for (const std::size_t size : {0u, 3u, 257u}) {
    const std::string body = std::string(4, '\0') + std::string(size, 'k');
    EXPECT_EQ(parse(initial_packet{80877102, as_bytes(body)}, parsed).to_string(),
              "CancelRequest: key shorter than 4 or longer than 256 bytes at byte 4");
  }
  EXPECT_TRUE(parse(initial_packet{80877103, as_bytes("12345678")}, parsed));
}

TEST(next_initial, needs_the_whole_packet) {
  initial_packet packet;
  protocol_error error;
  for (std::size_t size = 0; size < startup_3_2.size(); ++size)
    EXPECT_EQ(next_initial(as_bytes(startup_3_2.substr(0, size)), packet, error), frame_status::need_more);
  const std::string more = startup_3_2 + "more";
  ASSERT_EQ(next_initial(as_bytes(more), packet, error), frame_status::complete);
  EXPECT_EQ(packet.size(), startup_3_2.size());
}

TEST(next_initial, refuses_a_length_that_no_packet_has) {
  initial_packet packet;
  protocol_error error;
  for (const std::string& length : {wire("\0\0\0\0"), wire("\0\0\0\x07")}) {
    EXPECT_EQ(next_initial(as_bytes(length), packet, error), frame_status::failed);
    EXPECT_EQ(error.code(), errc::protocol_error);
  }
  for (const std::string& length : {wire("\0\0\x27\x11"), wire("\x3f\xff\xff\xff"), wire("\xff\xff\xff\xff")}) {
    EXPECT_EQ(next_initial(as_bytes(length), packet, error), frame_status::failed);
    EXPECT_EQ(error.code(), errc::message_too_large);
  }
  EXPECT_EQ(next_initial(as_bytes(wire("\0\0\x27\x10")), packet, error), frame_status::need_more);
}

}  // namespace
}  // namespace pgcoro::protocol
