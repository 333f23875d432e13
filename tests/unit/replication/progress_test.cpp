#include "replication/progress.hpp"

#include <gtest/gtest.h>

namespace pgcoro::test {
namespace {

using namespace std::chrono_literals;
using detail::progress;
using action = progress::action;

constexpr detail::progress_settings settings{.status_interval = 10s, .confirm_delay = 100ms, .silence_limit = 60s};
const progress::time_point start{};

protocol::primary_keepalive keepalive(std::uint64_t end, bool reply = false) {
  return {.server_end = end, .clock = 0, .reply_requested = reply};
}

TEST(progress, reports_on_a_timer_although_nothing_happens) {
  progress p(settings, {100}, start);
  EXPECT_EQ(p.due(start + 9s), action::none);
  EXPECT_EQ(p.next_due(), start + 10s);
  EXPECT_EQ(p.due(start + 10s), action::report);
  p.sent(start + 10s, false);
  EXPECT_EQ(p.next_due(), start + 20s);
}

TEST(progress, reports_at_once_when_the_server_asks) {
  progress p(settings, {100}, start);
  p.on_keepalive(keepalive(100, true), start + 1s);
  EXPECT_EQ(p.due(start + 1s), action::report);
  p.sent(start + 1s, false);
  EXPECT_EQ(p.due(start + 1s), action::none);
}

TEST(progress, reports_what_was_confirmed_after_a_moment) {
  progress p(settings, {100}, start);
  p.on_data({200}, start + 1s);
  p.delivered({210});
  p.confirm({210});
  EXPECT_EQ(p.due(start + 50ms), action::none);
  EXPECT_EQ(p.due(start + 1s), action::report);
  const auto update = p.update(5, false);
  EXPECT_EQ(update.written, 210U);
  EXPECT_EQ(update.flushed, 210U);
  EXPECT_EQ(update.applied, 210U);
  EXPECT_EQ(update.clock, 5);
}

TEST(progress, never_confirms_what_was_not_received_and_never_goes_back) {
  progress p(settings, {100}, start);
  p.on_data({200}, start);
  p.confirm({1'000'000});
  EXPECT_EQ(p.flushed(), lsn{200});
  p.confirm({150});
  p.on_data({120}, start);
  EXPECT_EQ(p.flushed(), lsn{200});
  EXPECT_EQ(p.written(), lsn{200});
}

TEST(progress, keeps_what_is_applied_apart_once_it_is_told_so) {
  progress p(settings, {100}, start);
  p.on_data({300}, start);
  p.apply({150});
  p.confirm({200});
  EXPECT_EQ(p.applied(), lsn{150});
  EXPECT_EQ(p.flushed(), lsn{200});
  p.apply({999});
  EXPECT_EQ(p.applied(), lsn{300});
}

TEST(progress, follows_an_idle_server_when_all_is_confirmed) {
  progress p(settings, {100}, start);
  p.on_keepalive(keepalive(500), start);
  EXPECT_EQ(p.flushed(), lsn{500});
  EXPECT_EQ(p.written(), lsn{500});
  EXPECT_EQ(p.applied(), lsn{500});
}

TEST(progress, does_not_follow_the_server_past_what_was_not_confirmed) {
  progress p(settings, {100}, start);
  p.on_data({200}, start);
  p.delivered({210});
  p.on_keepalive(keepalive(500), start);
  EXPECT_EQ(p.flushed(), lsn{100});
  p.confirm({210});
  EXPECT_EQ(p.flushed(), lsn{500}) << "the keepalive counts once the rest is confirmed";
}

TEST(progress, does_not_follow_the_server_while_something_is_on_its_way_to_the_consumer) {
  progress p(settings, {100}, start);
  p.set_unfinished(true);
  p.on_keepalive(keepalive(500), start);
  EXPECT_EQ(p.flushed(), lsn{100});
  p.set_unfinished(false);
  p.on_keepalive(keepalive(500), start);
  EXPECT_EQ(p.flushed(), lsn{500});
}

TEST(progress, asks_a_silent_server_and_gives_it_up_where_it_does_not_answer) {
  progress p(settings, {100}, start);
  p.sent(start + 29s, false);
  EXPECT_EQ(p.next_due(), start + 30s);
  EXPECT_EQ(p.due(start + 30s), action::ask);
  p.sent(start + 30s, true);
  EXPECT_EQ(p.due(start + 31s), action::none);
  EXPECT_EQ(p.due(start + 60s), action::dead);
  p.on_keepalive(keepalive(100), start + 59s);
  EXPECT_NE(p.due(start + 60s), action::dead);
}

TEST(progress, does_not_take_its_own_deafness_for_silence) {
  progress p(settings, {100}, start);
  p.set_listening(false, start);
  EXPECT_EQ(p.due(start + 90s), action::report);
  p.sent(start + 90s, false);
  p.set_listening(true, start + 95s);
  EXPECT_EQ(p.due(start + 96s), action::none);
}

TEST(progress, counts_silence_over_all_the_times_in_which_it_listens) {
  progress p(settings, {100}, start);
  p.set_listening(false, start + 20s);
  p.set_listening(true, start + 120s);
  p.sent(start + 120s, false);
  EXPECT_EQ(p.due(start + 129s), action::none);
  EXPECT_EQ(p.due(start + 130s), action::ask);
  EXPECT_EQ(p.due(start + 160s), action::dead);
}

TEST(progress, begins_anew_from_what_was_confirmed_and_keeps_what_is_applied_apart) {
  progress p(settings, {100}, start);
  p.on_data({300}, start);
  p.apply({150});
  p.confirm({200});
  p.set_unfinished(true);
  p.on_keepalive(keepalive(900), start);
  p.begin_anew(settings, start + 5s);
  EXPECT_EQ(p.written(), lsn{200});
  EXPECT_EQ(p.flushed(), lsn{200});
  EXPECT_EQ(p.applied(), lsn{150});
  EXPECT_EQ(p.server_end(), lsn{}) << "what another connection said does not count";
  p.on_keepalive(keepalive(400), start + 6s);
  EXPECT_EQ(p.flushed(), lsn{400});
  EXPECT_EQ(p.applied(), lsn{150});
}

TEST(progress, never_gives_up_where_that_is_not_wanted) {
  auto patient = settings;
  patient.silence_limit = 0s;
  progress p(patient, {100}, start);
  p.sent(start + 1h, false);
  EXPECT_EQ(p.due(start + 1h), action::none);
}

}  // namespace
}  // namespace pgcoro::test
