// From the StartupMessage to the first ReadyForQuery, authentication aside: versions, settings, keys, and servers that
// do not open a session.
#include <gtest/gtest.h>

#include <pgcoro/protocol/startup.hpp>

#include "unit/session/startup_dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

using namespace std::string_literals;
using protocol::protocol_3_0;
using protocol::protocol_3_2;
using kind = protocol::authentication_kind;

startup_settings versions(std::uint32_t least, std::uint32_t most) {
  startup_settings settings = default_startup();
  settings.min_version = least;
  settings.max_version = most;
  return settings;
}

server_reply offer(std::uint32_t version) {
  return server_reply().add(protocol::negotiate_protocol_version{.version = version});
}
server_reply key_of(std::size_t length) {
  return server_reply()
      .add(demand(kind::ok))
      .parameter("client_encoding", "UTF8")
      .raw('K', "\0\0\0\1"s + std::string(length, 'k'))
      .ready();
}

TEST(startup, sends_version_and_parameters_in_order) {
  startup_dialogue d;
  EXPECT_EQ(d.begun, startup_step::read);
  EXPECT_EQ(d.opening, "\0\0\0\042\0\3\0\0user\0alice\0database\0shop\0\0"s);
}

TEST(startup, refuses_a_nul_in_a_parameter_before_anything_is_sent) {
  const std::pair<std::string, std::string> smuggled[] = {{"user", "x\0user\0admin"s}, {"us\0er"s, "x"}};
  for (const auto& parameter : smuggled) {
    startup_settings settings = default_startup();
    settings.parameters = {parameter};
    startup_dialogue d(std::move(settings));
    EXPECT_EQ(d.begun, startup_step::failed);
    EXPECT_EQ(d.code(), errc::embedded_nul);
    EXPECT_EQ(d.opening, "");
  }
}

TEST(startup, leaves_what_follows_ready_for_query) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(welcome().bytes() + "more"), startup_step::done);
  EXPECT_EQ(protocol::as_text(d.input.data()), "more");
}

TEST(startup, keeps_settings_status_and_notices) {
  startup_dialogue d;
  EXPECT_EQ(d.reply(server_reply()
                        .notice("early")
                        .add(demand(kind::ok))
                        .notice("late")
                        .parameter("client_encoding", "UTF8")
                        .ready('T')),
            startup_step::done);
  const startup_result& result = d.machine.result();
  ASSERT_EQ(result.notices.size(), 2u);
  EXPECT_EQ(result.notices[0].message + result.notices[1].message, "earlylate");
  EXPECT_EQ(result.status, protocol::transaction_status::in_transaction);
  EXPECT_TRUE(result.cancel_key.empty());
}

TEST(startup, refuses_a_client_encoding_other_than_utf8_and_none_at_all) {
  startup_dialogue other;
  EXPECT_EQ(other.reply(server_reply().add(demand(kind::ok)).parameter("client_encoding", "SQL_ASCII")),
            startup_step::failed);
  EXPECT_EQ(other.code(), errc::unsupported_server);
  startup_dialogue none;
  EXPECT_EQ(none.reply(server_reply().add(demand(kind::ok)).ready()), startup_step::failed);
  EXPECT_EQ(none.code(), errc::unsupported_server);
}

TEST(startup_version, falls_back_to_the_one_that_the_server_offers) {
  startup_dialogue d(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(d.opening.substr(4, 4), "\0\3\0\2"s);
  EXPECT_EQ(d.reply(offer(protocol_3_0).then(welcome())), startup_step::done);
  EXPECT_EQ(d.machine.result().version, protocol_3_0);
}

TEST(startup_version, does_not_fall_below_the_minimum) {
  startup_dialogue d(versions(protocol_3_2, protocol_3_2));
  EXPECT_EQ(d.reply(offer(protocol_3_0)), startup_step::failed);
  EXPECT_EQ(d.code(), errc::unsupported_server);
}

TEST(startup_version, is_not_raised_by_the_server_nor_lowered_below_3) {
  startup_dialogue raised;
  EXPECT_EQ(raised.reply(offer(protocol_3_2)), startup_step::failed);
  EXPECT_EQ(raised.code(), errc::protocol_error);
  startup_dialogue lowered(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(lowered.reply(offer(0x0002'0000)), startup_step::failed);
}

TEST(startup_version, is_negotiated_once_and_before_authentication) {
  startup_dialogue twice(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(twice.reply(offer(0x0003'0001).then(offer(protocol_3_0))), startup_step::failed);
  EXPECT_EQ(twice.code(), errc::protocol_error);
  startup_dialogue late(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(late.reply(server_reply().add(demand(kind::ok)).then(offer(protocol_3_0))), startup_step::failed);
  EXPECT_EQ(late.code(), errc::protocol_error);
}

TEST(startup_version, names_no_options_that_were_not_sent) {
  const std::string_view option = "_pq_.surprise";
  startup_dialogue d(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(d.reply(server_reply().add(protocol::negotiate_protocol_version{.version = protocol_3_0,
                                                                            .unknown_options = std::span(&option, 1)})),
            startup_step::failed);
}

TEST(startup_key, has_four_bytes_in_protocol_3_0) {
  for (const std::size_t length : {0u, 3u, 4u, 5u, 32u}) {
    startup_dialogue d;
    EXPECT_EQ(d.reply(key_of(length)), length == 4 ? startup_step::done : startup_step::failed) << length;
  }
}

TEST(startup_key, has_4_to_256_bytes_in_protocol_3_2) {
  for (const std::size_t length : {3u, 4u, 32u, 256u, 257u}) {
    startup_dialogue d(versions(protocol_3_0, protocol_3_2));
    const bool fits = length >= 4 && length <= 256;
    EXPECT_EQ(d.reply(key_of(length)), fits ? startup_step::done : startup_step::failed) << length;
    EXPECT_EQ(d.machine.result().cancel_key.size(), fits ? length : 0);
  }
}

TEST(startup_key, of_32_bytes_does_not_survive_a_fall_back_to_3_0) {
  startup_dialogue d(versions(protocol_3_0, protocol_3_2));
  EXPECT_EQ(d.reply(offer(protocol_3_0).then(key_of(32))), startup_step::failed);
}

TEST(startup_error, of_the_server_ends_it_at_every_stage_with_the_servers_words) {
  const auto stages = welcome().messages();
  for (std::size_t k = 0; k < stages.size(); ++k) {
    startup_dialogue d;
    for (std::size_t i = 0; i < k; ++i) ASSERT_EQ(d.reply(stages[i]), startup_step::read);
    EXPECT_EQ(d.reply(server_reply().error("28P01", "FATAL")), startup_step::failed);
    EXPECT_EQ(d.machine.error().server()->sqlstate, "28P01");
    EXPECT_EQ(d.machine.error().stage(), k == 0 ? "authentication" : "session start");
    EXPECT_FALSE(d.machine.error().connection_usable());
    EXPECT_TRUE(d.machine.error().safe_to_retry());
  }
}

TEST(startup_error, comes_of_messages_that_do_not_belong_there) {
  const auto before_ok = server_reply()
                             .parameter("a", "b")
                             .raw('K', "\0\0\0\1kkkk"s)
                             .ready()
                             .columns({"a"})
                             .row({})
                             .complete("A")
                             .parsed()
                             .bound()
                             .closed()
                             .copy_in()
                             .copy_out()
                             .copy_data("x")
                             .copy_done()
                             .notification("c", "p")
                             .empty()
                             .no_data()
                             .raw('~')
                             .messages();
  for (const std::string& wrong : before_ok) {
    startup_dialogue early;
    EXPECT_EQ(early.reply(wrong), startup_step::failed) << wrong[0];
    EXPECT_EQ(early.code(), errc::protocol_error);
    if (wrong[0] == 'S' || wrong[0] == 'K' || wrong[0] == 'Z') continue;
    startup_dialogue late;
    EXPECT_EQ(late.reply(server_reply().add(demand(kind::ok)).bytes() + wrong), startup_step::failed) << wrong[0];
  }
}

TEST(startup_limits, bound_an_error_before_authentication) {
  startup_dialogue d;
  EXPECT_EQ(d.reply("E\0\1\0\0"s), startup_step::failed);  // 64 KiB claimed, not one byte of it sent
  EXPECT_EQ(d.code(), errc::message_too_large);
}

TEST(startup_limits, bound_every_message_after_it) {
  for (const char type : {'E', 'N', 'S', 'K', 'Z', 'R'}) {
    startup_dialogue d;
    ASSERT_EQ(d.reply(server_reply().add(demand(kind::ok))), startup_step::read);
    EXPECT_EQ(d.reply(type + "\1\0\0\0"s), startup_step::failed) << type;
    EXPECT_EQ(d.code(), errc::message_too_large);
  }
}

TEST(startup_limits, end_a_server_that_does_not_come_to_the_point) {
  const std::string chatter[] = {server_reply().notice().bytes(), server_reply().parameter("a", "b").bytes()};
  for (const std::string& message : chatter) {
    startup_dialogue d;
    ASSERT_EQ(d.reply(server_reply().add(demand(kind::ok))), startup_step::read);
    int messages = 0;
    while (messages < 100'000 && d.reply(message) == startup_step::read) ++messages;
    EXPECT_EQ(d.step, startup_step::failed);
    EXPECT_LE(messages, 1000);
  }
}

TEST(startup_limits, keep_of_a_flood_of_notices_only_the_first) {
  startup_dialogue d;
  ASSERT_EQ(d.reply(server_reply().add(demand(kind::ok)).parameter("client_encoding", "UTF8")), startup_step::read);
  const std::string flood = server_reply().notice(std::string(100'000, 'x')).bytes();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(d.reply(flood), startup_step::read);
  EXPECT_EQ(d.reply(server_reply().ready()), startup_step::done);
  EXPECT_EQ(d.machine.result().notices.size(), 2u);
}

}  // namespace
}  // namespace pgcoro::detail::test
