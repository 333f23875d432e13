// Messages that answer nothing: those that may come at any time, and those that may not.
#include <gtest/gtest.h>

#include "unit/session/scenarios.hpp"

namespace pgcoro::detail::test {
namespace {

TEST(session_unasked, every_message_to_a_session_that_asked_nothing_is_a_violation) {
  for (const std::string& message : one_message_of_each_type()) {
    dialogue d;
    const error_info refused = d.reply(message);
    EXPECT_EQ(name_of(refused), "protocol_error") << message[0];
    EXPECT_FALSE(refused.connection_usable());
  }
}

TEST(session_unasked, a_reply_to_a_request_that_is_not_yet_written_is_a_violation) {
  dialogue d({.output_high_water = 1});
  d.script("A");
  d.script("B");
  EXPECT_FALSE(d.reply(server_reply().complete("A").ready()));
  EXPECT_EQ(name_of(d.reply(server_reply().complete("B"))), "protocol_error");
}

TEST(session_unasked, an_error_that_answers_nothing_is_a_violation_and_is_quoted) {
  dialogue d;
  const error_info refused = d.reply(server_reply().error("22012"));
  EXPECT_EQ(name_of(refused), "protocol_error");
  EXPECT_NE(refused.message().find("the server says no"), std::string::npos);
}

TEST(session_unasked, a_demand_for_the_password_in_mid_session_is_a_violation) {
  using protocol::authentication_kind;
  for (const auto kind : {authentication_kind::cleartext_password, authentication_kind::md5_password,
                          authentication_kind::sasl, authentication_kind::ok}) {
    const std::string_view mechanism = "SCRAM-SHA-256";
    const protocol::authentication demand{.kind = kind, .mechanisms = std::span(&mechanism, 1)};
    dialogue idle;
    EXPECT_EQ(name_of(idle.reply(server_reply().add(demand))), "protocol_error");
    dialogue busy;
    busy.script("A");
    busy.take_output();
    EXPECT_EQ(name_of(busy.reply(server_reply().add(demand))), "protocol_error");
    EXPECT_EQ(busy.sent() + idle.sent(), "");
  }
}

TEST(session_unasked, notices_and_notifications_are_kept_for_those_who_want_them) {
  dialogue d;
  const auto news = server_reply().notice("careful").notification("orders", "17");
  EXPECT_FALSE(d.reply(news));
  EXPECT_FALSE(d.session.has_news());
  d.session.keep_notices = d.session.keep_notifications = true;
  EXPECT_FALSE(d.reply(news));
  EXPECT_TRUE(d.session.has_news());
  const auto notices = d.session.take_notices();
  const auto notifications = d.session.take_notifications();
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].message, "careful");
  ASSERT_EQ(notifications.size(), 1u);
  EXPECT_EQ(notifications[0].channel + notifications[0].payload, "orders17");
  EXPECT_FALSE(d.session.has_news());
}

TEST(session_unasked, parameter_changes_are_followed) {
  dialogue d;
  EXPECT_FALSE(d.reply(server_reply().parameter("TimeZone", "UTC").parameter("TimeZone", "Europe/Berlin")));
  EXPECT_EQ(d.session.parameters().find("TimeZone")->second, "Europe/Berlin");
}

TEST(session_unasked, a_client_encoding_other_than_utf8_is_refused) {
  dialogue d;
  EXPECT_FALSE(d.reply(server_reply().parameter("client_encoding", "UTF8")));
  const error_info refused = d.reply(server_reply().parameter("client_encoding", "LATIN1"));
  EXPECT_EQ(name_of(refused), "unsupported_server");
  EXPECT_FALSE(refused.connection_usable());
}

TEST(session_unasked, settings_without_end_are_refused) {
  dialogue d;
  error_info refused;
  int settings = 0;
  for (; !refused && settings < 100'000; ++settings)
    refused = d.reply(server_reply().parameter("setting " + std::to_string(settings), "x"));
  EXPECT_EQ(name_of(refused), "protocol_error");
  EXPECT_LE(settings, 1001);
  EXPECT_LE(d.session.parameters().size(), 1000u);
}

TEST(session_unasked, a_flood_of_notices_that_nobody_wants_is_not_kept) {
  dialogue d;
  const std::string flood = server_reply().notice(std::string(1000, 'x')).bytes();
  for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(d.reply(flood));
  EXPECT_TRUE(d.session.take_notices().empty());
}

TEST(session_unasked, a_malformed_asynchronous_message_is_a_violation) {
  for (const char type : {'N', 'A', 'S', 'E'}) {
    dialogue d;
    d.script("A");
    EXPECT_EQ(name_of(d.reply(server_reply().raw(type, "x"))), "protocol_error") << type;
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
