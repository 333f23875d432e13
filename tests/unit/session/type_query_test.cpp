// Types that are not built in are asked about between Describe and Bind, once.
#include <gtest/gtest.h>

#include <pgcoro/type_catalog.hpp>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {
namespace {

constexpr oid mood = 16'400;

std::string number(std::uint32_t value) {
  protocol::buffer out;
  out.append_u32(value);
  return std::string(protocol::as_text(out.data()));
}

/// An array without elements, in binary.
std::string no_elements(oid element) { return number(0) + number(0) + number(element); }

/// The server's answer about one enum, without labels.
server_reply mood_found() {
  return server_reply()
      .parsed()
      .bound()
      .row({number(mood), "public", "mood", "e", ",", number(0), number(16'399), no_elements(25), no_elements(26),
            no_elements(25)})
      .complete("SELECT 1");
}

server_reply mood_described() { return server_reply().describe({"a"}, {mood}); }
server_reply answered() { return server_reply().bound().row({"1"}).complete("SELECT 1").ready(); }

struct session_types : testing::Test {
  call& ask(dialogue& of, std::string_view sql = "A") {
    return of.query(statement_text{std::string(sql), 7, statement_mode::cached});
  }
  /// The statement is described; what is sent next is the look-up.
  call& describe() {
    call& c = ask(d);
    d.take_output();
    EXPECT_FALSE(d.reply(mood_described()));
    return c;
  }
  static bool is_look_up(const std::string& sent, const std::string& name) {
    return sent.starts_with("Parse(" + name + ":") && sent.ends_with("Bind(" + name + ") Execute Flush") &&
           sent.find("pg_catalog.pg_type") != sent.npos;
  }

  std::shared_ptr<type_catalog> catalog = std::make_shared<type_catalog>();
  dialogue d{session_settings{.types = catalog}};
};

TEST_F(session_types, are_looked_up_between_describe_and_bind) {
  call& c = describe();
  EXPECT_TRUE(is_look_up(d.sent(), "pgcoro_2"));
  EXPECT_FALSE(d.reply(mood_found()));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
  ASSERT_NE(catalog->registry()->find(mood), nullptr);
  EXPECT_EQ(catalog->registry()->find(mood)->name, "mood");
}

TEST_F(session_types, are_looked_up_once_and_the_statement_for_it_is_closed) {
  describe();
  d.take_output();
  EXPECT_FALSE(d.reply(mood_found().then(answered())));
  d.take_output();
  ask(d);
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(server_reply().closed().then(answered())));
  ask(d, "B");
  EXPECT_EQ(d.sent(), "Parse(pgcoro_3:B) Describe(pgcoro_3) Flush");
  EXPECT_FALSE(d.reply(mood_described()));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_3) Execute Sync");
}

TEST_F(session_types, are_known_to_every_session_that_shares_the_catalogue) {
  dialogue other{session_settings{.types = catalog}};
  call& c = ask(other);
  other.take_output();
  describe();
  d.take_output();
  EXPECT_FALSE(d.reply(mood_found()));
  EXPECT_FALSE(other.reply(mood_described()));
  EXPECT_EQ(other.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(other.reply(answered()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
}

TEST_F(session_types, that_the_server_does_not_find_do_not_stand_in_the_way) {
  call& c = describe();
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().bound().complete("SELECT 0")));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
}

TEST_F(session_types, of_a_handle_are_looked_up_when_it_is_first_executed_even_behind_others) {
  call& handle = d.prepare("P");
  d.take_output();
  const std::vector<protocol::column_description> columns = {{.name = "a", .type = mood, .type_size = 4}};
  EXPECT_FALSE(d.reply(server_reply().parsed().parameters().add(protocol::row_description{.fields = columns}).ready()));
  d.know("B");
  call& before = d.query("B");
  call& waits = d.execute(handle);
  const std::string sent = d.sent();
  EXPECT_TRUE(sent.starts_with("Bind(pgcoro_2) Execute Sync Parse(pgcoro_3:")) << sent;
  EXPECT_TRUE(sent.ends_with("Bind(pgcoro_3) Execute Flush")) << sent;
  EXPECT_FALSE(d.reply(server_reply().bound().row({"1"}).complete("B").ready()));
  EXPECT_EQ(before.outcome(), "columns(a) row(1) B");
  EXPECT_FALSE(d.reply(mood_found()));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  EXPECT_FALSE(d.reply(answered()));
  EXPECT_EQ(waits.outcome(), "columns(a) row(1) SELECT 1");
}

TEST_F(session_types, keep_later_statements_waiting) {
  d.know("B");
  describe();
  d.take_output();
  d.query("B");
  EXPECT_EQ(d.sent(), "");
  EXPECT_FALSE(d.reply(mood_found()));
  EXPECT_TRUE(d.sent().ends_with("Execute Sync"));
}

TEST_F(session_types, come_byte_by_byte) {
  call& c = describe();
  d.take_output();
  for (const char byte : mood_found().bytes()) EXPECT_FALSE(d.reply(std::string_view(&byte, 1)));
  EXPECT_EQ(d.sent(), "Bind(pgcoro_1) Execute Sync");
  for (const char byte : answered().bytes()) EXPECT_FALSE(d.reply(std::string_view(&byte, 1)));
  EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
}

TEST_F(session_types, that_cannot_be_looked_up_fail_the_statement_and_not_the_connection) {
  call& c = describe();
  d.take_output();
  EXPECT_FALSE(d.reply(server_reply().parsed().error("42501")));
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_EQ(c.outcome(), "42501");
  d.query("B");
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Parse(pgcoro_3:B) Describe(pgcoro_3) Flush");
}

TEST_F(session_types, of_an_abandoned_statement_are_taken_and_nothing_is_bound) {
  call& c = describe();
  d.take_output();
  EXPECT_TRUE(d.abandon(c));
  EXPECT_FALSE(d.reply(mood_found()));
  EXPECT_EQ(d.sent(), "Sync");
  EXPECT_FALSE(d.reply(server_reply().ready()));
  EXPECT_NE(catalog->registry()->find(mood), nullptr);
  d.query("B");
  EXPECT_EQ(d.sent(), "Close(pgcoro_2) Parse(pgcoro_3:B) Describe(pgcoro_3) Flush");
}

TEST_F(session_types, take_no_other_reply) {
  for (const auto& wrong : {server_reply().bound(), server_reply().parsed().complete("SELECT 1"),
                            server_reply().parsed().bound().row({"not", "ten", "columns"}),
                            server_reply().parsed().parsed(), server_reply().ready(), server_reply().columns({"a"})}) {
    dialogue hostile;
    ask(hostile);
    hostile.take_output();
    EXPECT_FALSE(hostile.reply(mood_described()));
    hostile.take_output();
    EXPECT_TRUE(hostile.reply(wrong));
  }
}

TEST_F(session_types, of_a_lost_connection_end_with_it) {
  call& c = describe();
  d.lose();
  EXPECT_EQ(c.outcome(), "connection_closed");
}

}  // namespace
}  // namespace pgcoro::detail::test
