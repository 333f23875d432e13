// Back-pressure, and COPY that was asked for: whole, byte by byte, and broken at each step.
#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

/// Takes part in a COPY, writes down what it is told, and has enough after `limit` pieces.
class recording_peer final : public copy_peer {
 public:
  explicit recording_peer(copy_direction expected) : expected_(expected) {}

  std::string text;
  int limit = -1;
  bool refuses = false;

  bool begin(copy_direction direction, protocol::format, std::size_t) override {
    text += "begin ";
    return direction == expected_;
  }
  verdict data(protocol::bytes_view bytes) override {
    if (refuses) return verdict::failed;
    text.append(protocol::as_text(bytes)) += ' ';
    return --limit == 0 ? verdict::enough : verdict::ok;
  }
  verdict done() override {
    text += "done";
    return verdict::ok;
  }
  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "refused"); }

 private:
  copy_direction expected_;
};

/// Gives the rows "1", "2", "3" …, each as a message, and an error or exception in place of one.
class counting_feed final : public copy_row_source {
 public:
  int rows = 0;
  int fails_at = 0;  ///< from 1; 0: never
  bool throws = false;

  status next(protocol::buffer& out) override {
    if (taken_ == rows) return status::end;
    const std::string row = std::to_string(++taken_);
    EXPECT_EQ(protocol::write(out, protocol::copy_data{.data = protocol::as_bytes(row)}), errc{});
    if (taken_ != fails_at) return status::row;
    if (throws) throw std::runtime_error("the range is dry");
    return status::failed;
  }
  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "row cannot be encoded"); }
  int taken() const { return taken_; }

 private:
  int taken_ = 0;
};

struct copying {
  dialogue d;
  recording_peer peer;
  call c;

  explicit copying(copy_direction direction, copy_row_source* feed = nullptr, session_settings settings = {})
      : d(std::move(settings)), peer(direction) {
    c.legs.emplace_back().sql = "COPY";
    request* r = d.session.acquire();
    r->what = request::kind::script;
    r->single.sql = c.legs.front().sql;
    r->single.sink = &c.sink();
    r->single.copy = &peer;
    r->single.feed = feed;
    r->steps = {&r->single, 1};
    r->owner = &c;
    c.pending = r;
    d.session.submit(r);
  }

  void write(std::string_view data) {
    protocol::buffer messages;
    ASSERT_EQ(protocol::write(messages, protocol::copy_data{.data = protocol::as_bytes(data)}), errc{});
    d.session.write_copy_data(*c.pending, messages);
    EXPECT_TRUE(messages.empty());
  }
};

server_reply out_of_it() {
  return server_reply().copy_out().copy_data("1").copy_data("2").copy_data("3").copy_done().complete("COPY 3").ready();
}

server_reply both_ways() { return server_reply().add(protocol::copy_both_response{}); }

TEST(session_flow, copy_out_goes_to_who_asked_for_it_whole_and_byte_by_byte) {
  for (const bool bytewise : {false, true}) {
    copying t(copy_direction::out);
    EXPECT_EQ(t.d.sent(), "Query(COPY)");
    const std::string all = out_of_it().bytes();
    if (bytewise)
      for (const char c : all) ASSERT_FALSE(t.d.reply(std::string_view(&c, 1)));
    else
      ASSERT_FALSE(t.d.reply(all));
    EXPECT_EQ(t.peer.text, "begin 1 2 3 done");
    EXPECT_EQ(t.c.outcome(), "COPY 3");
  }
}

TEST(session_flow, stops_where_somebody_has_enough_and_goes_on_with_what_is_in_the_buffer) {
  copying t(copy_direction::out);
  t.peer.limit = 2;
  ASSERT_FALSE(t.d.reply(out_of_it()));
  EXPECT_TRUE(t.d.session.paused());
  EXPECT_EQ(t.peer.text, "begin 1 2 ");
  ASSERT_FALSE(t.d.reply(""));
  EXPECT_EQ(t.peer.text, "begin 1 2 ");
  t.d.session.resume();
  ASSERT_FALSE(t.d.reply(""));
  EXPECT_EQ(t.peer.text, "begin 1 2 3 done");
  EXPECT_EQ(t.c.outcome(), "COPY 3");
}

TEST(session_flow, reads_on_where_who_had_enough_gives_up) {
  copying t(copy_direction::out);
  t.d.sent();
  t.peer.limit = 1;
  ASSERT_FALSE(t.d.reply(out_of_it()));
  EXPECT_TRUE(t.d.session.paused());
  t.d.abandon(t.c);
  EXPECT_FALSE(t.d.session.paused());
  ASSERT_FALSE(t.d.reply(""));
  EXPECT_FALSE(t.d.session.busy());
}

TEST(session_flow, reads_past_data_that_were_refused_and_reports_why) {
  copying t(copy_direction::out);
  t.peer.refuses = true;
  ASSERT_FALSE(t.d.reply(out_of_it()));
  EXPECT_EQ(t.c.outcome(), "out_of_range");
}

TEST(session_flow, copy_in_is_fed_and_ended) {
  copying t(copy_direction::in);
  EXPECT_EQ(t.d.sent(), "Query(COPY)");
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  EXPECT_TRUE(t.c.pending->feeding);
  t.write("1\n");
  t.write("2\n");
  t.d.session.end_copy(*t.c.pending);
  EXPECT_EQ(t.d.sent(), "CopyData CopyData CopyDone");
  ASSERT_FALSE(t.d.reply(server_reply().complete("COPY 2").ready()));
  EXPECT_EQ(t.c.outcome(), "COPY 2");
}

TEST(session_flow, nothing_is_written_among_the_data_of_a_copy) {
  copying t(copy_direction::in);
  call& behind = t.d.script("A");
  EXPECT_EQ(t.d.sent(), "Query(COPY)");
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  EXPECT_EQ(t.d.sent(), "");
  t.d.session.end_copy(*t.c.pending);
  EXPECT_EQ(t.d.sent(), "CopyDone Query(A)");
  ASSERT_FALSE(t.d.reply(server_reply().complete("COPY 0").ready()));
  ASSERT_FALSE(t.d.reply(server_reply().complete("A").ready()));
  EXPECT_EQ(behind.outcome(), "A");
}

TEST(session_flow, an_error_in_the_middle_of_copy_in_ends_it) {
  copying t(copy_direction::in);
  t.d.sent();
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  t.write("1\n");
  ASSERT_FALSE(t.d.reply(server_reply().error("23505")));
  EXPECT_FALSE(t.c.pending->feeding);
  ASSERT_FALSE(t.d.reply(server_reply().ready()));
  EXPECT_EQ(t.c.outcome(), "23505");
}

TEST(session_flow, copy_in_that_is_given_up_ends_with_copy_fail) {
  copying t(copy_direction::in);
  t.d.sent();
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  t.write("1\n");
  t.d.abandon(t.c);
  EXPECT_EQ(t.d.sent(), "CopyData CopyFail");
  ASSERT_FALSE(t.d.reply(server_reply().error("57014").ready()));
  EXPECT_FALSE(t.d.session.busy());
}

TEST(session_flow, copy_in_that_is_given_up_before_it_began_is_ended_when_it_begins) {
  copying t(copy_direction::in);
  t.d.sent();
  t.d.abandon(t.c);
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  EXPECT_EQ(t.d.sent(), "CopyFail");
  ASSERT_FALSE(t.d.reply(server_reply().error("57014").ready()));
  EXPECT_FALSE(t.d.session.busy());
}

TEST(session_flow, copy_in_that_is_pulled_is_written_as_the_output_drains) {
  counting_feed feed;
  feed.rows = 10'000;
  copying t(copy_direction::in, &feed, {.output_high_water = 1000});
  EXPECT_EQ(t.d.sent(), "Query(COPY)");
  EXPECT_EQ(feed.taken(), 0);
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  std::size_t most = 0;
  std::size_t bytes = 0;
  while (t.d.session.sendable() > 0) {
    most = std::max(most, t.d.session.output().size());
    bytes += t.d.take_output(100).size();
  }
  EXPECT_LT(most, 1100u);
  EXPECT_EQ(bytes, 10'000u * 5 + 38'894 + 5);
  ASSERT_FALSE(t.d.reply(server_reply().complete("COPY 10000").ready()));
  EXPECT_EQ(t.c.outcome(), "COPY 10000");
}

TEST(session_flow, nothing_passes_a_copy_in_that_is_pulled) {
  counting_feed feed;
  feed.rows = 2;
  copying t(copy_direction::in, &feed);
  call& behind = t.d.script("A");
  EXPECT_EQ(t.d.sent(), "Query(COPY)");
  ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
  EXPECT_EQ(t.d.sent(), "CopyData CopyData CopyDone Query(A)");
  ASSERT_FALSE(t.d.reply(server_reply().complete("COPY 2").ready().complete("A").ready()));
  EXPECT_EQ(t.c.outcome() + " " + behind.outcome(), "COPY 2 A");
}

TEST(session_flow, copy_in_that_is_pulled_fails_with_its_source_and_leaves_nothing_of_the_row) {
  for (const bool throws : {false, true}) {
    counting_feed feed;
    feed.rows = 9;
    feed.fails_at = 3;
    feed.throws = throws;
    copying t(copy_direction::in, &feed);
    t.d.sent();
    ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
    EXPECT_EQ(t.d.sent(), "CopyData CopyData CopyFail");
    ASSERT_FALSE(t.d.reply(server_reply().error("57014").ready()));
    EXPECT_EQ(t.c.outcome(), throws ? "invalid_value" : "out_of_range");
    EXPECT_FALSE(t.c.error.safe_to_retry());
    EXPECT_EQ(feed.thrown != nullptr, throws);
  }
}

TEST(session_flow, copy_in_is_pulled_no_further_once_it_has_failed_or_was_given_up) {
  for (const bool given_up : {false, true}) {
    counting_feed feed;
    feed.rows = 1000;
    copying t(copy_direction::in, &feed, {.output_high_water = 50});
    t.d.sent();
    ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
    t.d.take_output(20);
    if (given_up)
      t.d.abandon(t.c);
    else
      ASSERT_FALSE(t.d.reply(server_reply().error("23505")));
    const int taken = feed.taken();
    while (t.d.session.sendable() > 0) t.d.take_output(10);
    EXPECT_EQ(feed.taken(), taken);
    ASSERT_FALSE(t.d.reply(given_up ? server_reply().error("57014").ready() : server_reply().ready()));
    EXPECT_FALSE(t.d.session.busy());
  }
}

TEST(session_flow, the_other_direction_than_was_asked_for_is_refused) {
  copying in(copy_direction::in);
  in.d.sent();
  ASSERT_FALSE(in.d.reply(out_of_it()));
  EXPECT_EQ(in.c.outcome(), "copy_not_allowed");
  copying out(copy_direction::out);
  out.d.sent();
  ASSERT_FALSE(out.d.reply(server_reply().copy_in()));
  EXPECT_EQ(out.d.sent(), "CopyFail");
  ASSERT_FALSE(out.d.reply(server_reply().error("57014").ready()));
  EXPECT_EQ(out.c.outcome(), "copy_not_allowed");
}

TEST(session_flow, replication_goes_both_ways_until_both_have_ended) {
  copying t(copy_direction::both);
  t.d.sent();
  ASSERT_FALSE(t.d.reply(both_ways().copy_data("w")));
  t.write("r");
  EXPECT_EQ(t.d.sent(), "CopyData");
  ASSERT_FALSE(t.d.reply(server_reply().copy_done()));
  EXPECT_EQ(t.peer.text, "begin w done");
  EXPECT_TRUE(t.c.pending->feeding);
  t.d.session.end_copy(*t.c.pending);
  EXPECT_EQ(t.d.sent(), "CopyDone");
  ASSERT_FALSE(
      t.d.reply(server_reply().columns({"next"}).row({"2"}).complete("SELECT").complete("START_STREAMING").ready()));
  EXPECT_EQ(t.c.outcome(), "columns(next) row(2) SELECT START_STREAMING");
}

TEST(session_flow, replication_that_is_given_up_ends_with_copy_done) {
  copying t(copy_direction::both);
  t.d.sent();
  ASSERT_FALSE(t.d.reply(both_ways()));
  t.d.abandon(t.c);
  EXPECT_EQ(t.d.sent(), "CopyDone");
  ASSERT_FALSE(t.d.reply(server_reply().copy_data("w").copy_done().complete("START_STREAMING").ready()));
  EXPECT_FALSE(t.d.session.busy());
}

TEST(session_flow, data_are_a_violation_where_the_client_sends) {
  for (const auto& wrong : {server_reply().copy_data("x"), server_reply().copy_done(), server_reply().copy_in(),
                            server_reply().complete("COPY 0"), server_reply().ready()}) {
    copying t(copy_direction::in);
    t.d.sent();
    ASSERT_FALSE(t.d.reply(server_reply().copy_in()));
    EXPECT_EQ(name_of(t.d.reply(wrong)), "protocol_error");
  }
}

TEST(session_flow, a_copy_response_that_is_malformed_is_a_violation) {
  copying t(copy_direction::out);
  t.d.sent();
  EXPECT_EQ(name_of(t.d.reply(server_reply().raw('H', "\x05"))), "protocol_error");
}

TEST(session_flow, a_connection_that_is_lost_ends_it_at_each_step) {
  const server_reply reply = out_of_it();
  for (std::size_t n = 0; n < reply.messages().size(); ++n) {
    copying t(copy_direction::out);
    t.d.sent();
    for (std::size_t i = 0; i < n; ++i) ASSERT_FALSE(t.d.reply(reply.messages()[i]));
    t.d.lose();
    EXPECT_EQ(t.c.outcome(), "connection_closed");
  }
}

}  // namespace
}  // namespace pgcoro::detail::test
