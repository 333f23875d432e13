// Every kind of conversation, delivered in every way: whole, in pieces, cut off, refused at each step, and with
// messages where they do not belong.
#include <algorithm>
#include <gtest/gtest.h>

#include "unit/session/scenarios.hpp"

namespace pgcoro::detail::test {
namespace {

class session_conversation : public testing::TestWithParam<scenario> {
 protected:
  const scenario& s = GetParam();
  const std::vector<std::string>& messages = s.answer.messages();
};

INSTANTIATE_TEST_SUITE_P(of, session_conversation, testing::ValuesIn(scenarios()),
                         [](const auto& tested) { return tested.param.name; });

/// A round trip after the conversation: the session still knows whose reply comes next.
void expect_alive(dialogue& d) {
  d.take_output();
  call& c = d.query("STILL THERE?", statement_mode::unnamed);
  const std::string sent = d.sent();
  EXPECT_TRUE(sent.ends_with("Parse(:STILL THERE?) Bind() Describe(portal) Execute Sync"));
  server_reply answer;
  for (std::size_t at = 0; (at = sent.find("Close(", at)) != std::string::npos; ++at) answer.closed();
  EXPECT_FALSE(d.reply(answer.parsed().bound().no_data().complete("YES").ready()));
  EXPECT_EQ(c.outcome(), "YES");
}

TEST_P(session_conversation, comes_out_right_when_delivered_whole) {
  dialogue d;
  s.ask(d);
  EXPECT_FALSE(d.reply(s.answer));
  EXPECT_EQ(outcomes_of(d, s), s.outcomes);
  EXPECT_FALSE(d.session.busy());
  expect_alive(d);
}

TEST_P(session_conversation, comes_out_right_byte_by_byte) {
  dialogue d;
  s.ask(d);
  for (const char byte : s.answer.bytes()) ASSERT_FALSE(d.reply(std::string_view(&byte, 1)));
  EXPECT_EQ(outcomes_of(d, s), s.outcomes);
}

TEST_P(session_conversation, comes_out_right_cut_anywhere) {
  const std::string all = s.answer.bytes();
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    dialogue d;
    s.ask(d);
    ASSERT_FALSE(d.reply(std::string_view(all).substr(0, cut)));
    d.take_output();
    ASSERT_FALSE(d.reply(std::string_view(all).substr(cut)));
    ASSERT_EQ(outcomes_of(d, s), s.outcomes) << "cut at " << cut;
  }
}

TEST_P(session_conversation, answers_everybody_once_where_the_stream_ends_at_any_step) {
  for (std::size_t end = 0; end < messages.size(); ++end) {
    dialogue d;
    s.ask(d);
    for (std::size_t i = 0; i < end; ++i) ASSERT_FALSE(d.reply(messages[i]));
    d.lose();
    const auto outcomes = outcomes_of(d, s);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      EXPECT_EQ(d.calls()[s.skip + i].answered, 1);
      EXPECT_TRUE(outcomes[i] == s.outcomes[i] || outcomes[i].find("connection_closed") != std::string::npos)
          << outcomes[i];
    }
    EXPECT_TRUE(outcomes.back().find("connection_closed") != std::string::npos ||
                outcomes.back() == "parameter_count_mismatch");
  }
}

TEST_P(session_conversation, survives_an_error_at_any_step_and_tells_whoever_it_is_for) {
  for (std::size_t k = 0; k < messages.size(); ++k) {
    SCOPED_TRACE("instead of message " + std::to_string(k));
    std::size_t ready = k;
    while (messages[ready][0] != 'Z') ++ready;
    dialogue d;
    s.ask(d);
    for (std::size_t i = 0; i < k; ++i) ASSERT_FALSE(d.reply(messages[i]));
    const auto answered_before = static_cast<std::size_t>(
        std::count_if(d.calls().begin(), d.calls().end(), [](const call& c) { return c.done(); }));
    ASSERT_FALSE(d.reply(server_reply().error("22012")));
    d.take_output();
    for (std::size_t i = ready; i < messages.size(); ++i) ASSERT_FALSE(d.reply(messages[i]));

    for (std::size_t i = s.skip; i < d.calls().size(); ++i) {
      EXPECT_TRUE(d.calls()[i].done());
      const bool failed = name_of(d.calls()[i].error) == "22012";
      const bool refused = name_of(d.calls()[i].error) == "parameter_count_mismatch";
      EXPECT_EQ(failed || refused, i == answered_before) << "call " << i;
      if (failed) continue;
      EXPECT_EQ(d.calls()[i].outcome(), s.outcomes[i - s.skip]);
    }
    EXPECT_EQ(d.session.status(), protocol::transaction_status::idle);
    expect_alive(d);
  }
}

TEST_P(session_conversation, takes_any_other_message_for_a_violation_of_the_protocol) {
  for (std::size_t k = 0; k < messages.size(); ++k) {
    const std::string allowed = allowed_instead_of(s, k);
    for (const std::string& wrong : one_message_of_each_type()) {
      if (allowed.find(wrong[0]) != std::string::npos) continue;
      dialogue d;
      s.ask(d);
      for (std::size_t i = 0; i < k; ++i) ASSERT_FALSE(d.reply(messages[i]));
      const error_info refused = d.reply(wrong);
      EXPECT_EQ(name_of(refused), "protocol_error") << wrong[0] << " in the place of message " << k;
      EXPECT_FALSE(refused.connection_usable());
      d.lose(refused);
      for (const call& c : d.calls()) EXPECT_EQ(c.answered, 1);
    }
  }
}

TEST_P(session_conversation, is_not_changed_by_asynchronous_messages_anywhere) {
  dialogue d;
  d.session.keep_notices = d.session.keep_notifications = true;
  s.ask(d);
  for (const std::string& message : messages)
    ASSERT_FALSE(d.reply(server_reply().notice().notification("c", "p").parameter("a", "b").bytes() + message));
  EXPECT_EQ(outcomes_of(d, s), s.outcomes);
  EXPECT_EQ(d.session.take_notices().size(), messages.size());
  EXPECT_EQ(d.session.take_notifications().size(), messages.size());
}

TEST_P(session_conversation, refuses_a_message_that_is_longer_than_it_says) {
  for (std::size_t k = 0; k < messages.size(); ++k) {
    std::string longer = messages[k] + '\x01';
    ++longer[4];
    dialogue d;
    s.ask(d);
    for (std::size_t i = 0; i < k; ++i) ASSERT_FALSE(d.reply(messages[i]));
    EXPECT_EQ(name_of(d.reply(longer)), "protocol_error") << "message " << k << " " << longer[0];
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
