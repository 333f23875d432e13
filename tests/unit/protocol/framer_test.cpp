#include <algorithm>
#include <gtest/gtest.h>
#include <string>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/framer.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::message;

std::string header(char type, std::uint32_t length) {
  buffer b;
  b.append_u8(static_cast<std::uint8_t>(type));
  b.append_u32(length);
  return test::contents(b);
}

message_framer framer_in_session(const framing_limits& limits = {}, sender from = sender::server) {
  message_framer framer(limits, from);
  framer.authenticated();
  return framer;
}

/// What the framer says to the header of a message whose body has `size` bytes, none of which are there.
frame_status claim(message_framer framer, char type, std::uint32_t size) {
  message_view m;
  return framer.next(as_bytes(header(type, size + 4)), m);
}

void expect_limit(const message_framer& framer, char type, std::uint32_t limit) {
  EXPECT_EQ(claim(framer, type, limit), frame_status::need_more) << type;
  EXPECT_EQ(claim(framer, type, limit + 1), frame_status::failed) << type;
}

TEST(message_framer, asks_for_a_header_first) {
  message_framer framer;
  message_view m;
  EXPECT_EQ(framer.next({}, m), frame_status::need_more);
  EXPECT_EQ(framer.message_size(), header_size);
}

TEST(message_framer, gives_the_message_at_the_front_and_leaves_the_rest) {
  const std::string bytes = message('Z', "I") + message('A', "xyz");
  message_framer framer;
  message_view m;
  ASSERT_EQ(framer.next(as_bytes(bytes), m), frame_status::complete);
  EXPECT_EQ(m.backend(), backend_type::ready_for_query);
  EXPECT_EQ(as_text(m.body), "I");
  EXPECT_EQ(m.size(), 6u);
}

TEST(message_framer, accepts_an_empty_body) {
  const std::string bytes = message('n', "");
  message_framer framer;
  message_view m;
  ASSERT_EQ(framer.next(as_bytes(bytes), m), frame_status::complete);
  EXPECT_TRUE(m.body.empty());
  EXPECT_EQ(m.size(), 5u);
}

TEST(message_framer, refuses_a_length_below_four) {
  for (const std::uint32_t length : {0u, 1u, 2u, 3u}) {
    message_framer framer = framer_in_session();
    message_view m;
    ASSERT_EQ(framer.next(as_bytes(header('D', length) + std::string(100, 'x')), m), frame_status::failed) << length;
    EXPECT_EQ(framer.error().to_string(), "DataRow: length below four at byte 0");
    EXPECT_EQ(framer.error().code(), errc::protocol_error);
  }
}

TEST(message_framer, refuses_a_negative_length) {
  for (const std::uint32_t length : {0x8000'0000u, 0xffff'fffcu, 0xffff'ffffu}) {
    message_framer framer = framer_in_session();
    message_view m;
    EXPECT_EQ(framer.next(as_bytes(header('D', length) + std::string(100, 'x')), m), frame_status::failed);
  }
}

TEST(message_framer, says_message_too_large_above_a_limit) {
  message_framer framer = framer_in_session({.max_message_size = 1000});
  message_view m;
  ASSERT_EQ(framer.next(as_bytes(header('D', 1005)), m), frame_status::failed);
  EXPECT_EQ(framer.error().to_string(), "DataRow: message too large at byte 0");
  EXPECT_EQ(framer.error().code(), errc::message_too_large);
}

TEST(message_framer, names_the_messages_of_a_client) {
  message_framer framer = framer_in_session({}, sender::client);
  message_view m;
  ASSERT_EQ(framer.next(as_bytes(header('D', 0)), m), frame_status::failed);
  EXPECT_STREQ(framer.error().message, "Describe");
}

TEST(message_framer, takes_a_complete_message_over_the_quick_limit) {
  for (const std::size_t size : {29'999u, 30'000u, 30'001u, 100'000u}) {
    const std::string bytes = message('D', std::string(size, 'x'));
    message_framer framer = framer_in_session();
    message_view m;
    ASSERT_EQ(framer.next(as_bytes(std::string_view(bytes).substr(0, bytes.size() - 1)), m), frame_status::need_more);
    EXPECT_EQ(framer.message_size(), bytes.size());
    ASSERT_EQ(framer.next(as_bytes(bytes), m), frame_status::complete);
    EXPECT_EQ(m.body.size(), size);
  }
}

TEST(message_framer, takes_messages_with_data_up_to_the_servers_own_limit) {
  for (const char type : std::string_view("DdVEN")) expect_limit(framer_in_session(), type, 1u << 30);
  for (const char type : std::string_view("QPBdF")) expect_limit(framer_in_session({}, sender::client), type, 1u << 30);
}

TEST(message_framer, bounds_control_messages_to_30_kB) {
  for (const char type : std::string_view("RK23CWcGHIvnS1sZ?")) expect_limit(framer_in_session(), type, 30'000);
  for (const char type : std::string_view("CcfDEHpSX?"))
    expect_limit(framer_in_session({}, sender::client), type, 30'000);
}

TEST(message_framer, bounds_descriptions_and_notifications_by_what_they_can_hold) {
  expect_limit(framer_in_session(), 'T', 1u << 24);
  expect_limit(framer_in_session(), 't', 2 + 4 * 65'535);
  expect_limit(framer_in_session(), 'A', 1u << 16);
}

TEST(message_framer, bounds_every_message_before_authentication) {
  const message_framer server;
  for (const char type : std::string_view("EN")) expect_limit(server, type, 30'000);
  for (const char type : std::string_view("RK23CWcdDGHITVvntAS1sZ?")) expect_limit(server, type, 8 * 1024);
  const message_framer client({}, sender::client);
  expect_limit(client, 'p', 65'535);
  for (const char type : std::string_view("QPBdFCcfDEHSX?")) expect_limit(client, type, 8 * 1024);
}

TEST(message_framer, lets_max_message_size_lower_every_limit) {
  for (const char type : std::string_view("DdVENTtARZ"))
    expect_limit(framer_in_session({.max_message_size = 100}), type, 100);
  expect_limit(message_framer({.max_message_size = 100}), 'E', 100);
}

TEST(message_framer, takes_no_memory_for_a_claim_of_one_gibibyte) {
  const std::string five_bytes = header('D', 1u << 30);
  message_framer framer = framer_in_session();
  message_view m;
  const std::size_t before = test::allocated();
  const frame_status status = framer.next(as_bytes(five_bytes), m);
  const std::size_t room = framer.room_wanted(5, 8192);
  EXPECT_EQ(test::allocated(), before);
  EXPECT_EQ(status, frame_status::need_more);
  EXPECT_EQ(framer.message_size(), (std::size_t{1} << 30) + 1);
  EXPECT_EQ(room, 8192u);
}

TEST(message_framer, wants_room_in_step_with_what_has_come) {
  message_framer framer = framer_in_session();
  message_view m;
  ASSERT_EQ(framer.next(as_bytes(header('D', 1'000'000)), m), frame_status::need_more);
  EXPECT_EQ(framer.room_wanted(5, 8192), 8192u);
  EXPECT_EQ(framer.room_wanted(20'000, 8192), 20'000u);
  EXPECT_EQ(framer.room_wanted(600'000, 8192), 400'001u);
  EXPECT_EQ(framer.room_wanted(1'000'000, 8192), 8192u);
  EXPECT_EQ(framer.room_wanted(5'000'000, 8192), 8192u);
}

// An endless message must not make the receive buffer larger than twice what has come.
TEST(message_framer, lets_a_receive_buffer_grow_to_twice_what_has_come_at_most) {
  message_framer framer = framer_in_session();
  message_view m;
  buffer received;
  received.append(header('D', 1u << 30));
  while (received.size() < (1u << 24)) {
    ASSERT_EQ(framer.next(received.data(), m), frame_status::need_more);
    const std::size_t room = framer.room_wanted(received.size(), 4096);
    std::fill_n(received.prepare(room), room, std::byte{});
    received.commit(room);
    EXPECT_LE(received.capacity(), 2 * received.size() + 4096);
  }
}

TEST(name_of, knows_every_type_and_no_other) {
  int server = 0;
  int client = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const auto type = static_cast<char>(byte);
    if (std::string_view(name_of(static_cast<backend_type>(type))) != "unknown message") ++server;
    if (std::string_view(name_of(static_cast<frontend_type>(type))) != "unknown message") ++client;
  }
  EXPECT_EQ(server, 24);
  EXPECT_EQ(client, 14);
}

}  // namespace
}  // namespace pgcoro::protocol
