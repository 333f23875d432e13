#include "pgcoro/replication/subscriber.hpp"

#include <boost/describe/class.hpp>
#include <gmock/gmock.h>
#include <optional>

#include "unit/replication/stream_builder.hpp"
#include "unit/replication/stream_server.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;
using testing::ElementsAre;

struct thing {
  std::int32_t id = 0;
  repl::maybe_unchanged<std::optional<std::string>> note;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, note))

struct thing_key {
  std::int32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(thing_key, (), (id))

/// A transaction on public.t (id, note) is open.
class subscribed_table : public testing::Test {
 protected:
  subscribed_table() {
    stream.begin();
    stream.take(relation_message(1, {{"note", oids::text}, {"id", oids::int4, true}}));
  }

  void deliver(const byte_writer& change) { subscriber.deliver(stream.take(change)); }

  /// Others than that of the fixture.
  void describe(oid id, std::string_view schema, std::string_view name) {
    stream.take(relation_message(id, {{"note", oids::text}, {"id", oids::int4, true}}, 'd', 0, {schema, name}));
  }

  /// From here on what is inserted is seen with the name under which the handler is.
  void watch(const std::string& schema, const std::string& name) {
    subscriber.table<thing>(schema, name).inserted([this, schema, name](const thing& t) {
      seen.push_back(schema + "." + name + " " + std::to_string(t.id));
    });
  }

  static byte_writer row(char kind, std::string_view note, std::string_view id, oid table = 1) {
    return byte_writer().u8(kind).u32(table).u8('N').u16(2).value('t', note).value('t', id);
  }

  stream_builder stream;
  repl::subscriber subscriber;
  std::vector<std::string> seen;
};

TEST_F(subscribed_table, gives_inserted_rows_as_structs) {
  subscriber.table<thing>("public", "t").inserted([&](const thing& t) {
    seen.push_back(std::to_string(t.id) + " " + t.note->value());
  });
  deliver(row('I', "one", "1"));
  deliver(row('I', "two", "2"));
  EXPECT_THAT(seen, ElementsAre("1 one", "2 two"));
}

TEST_F(subscribed_table, gives_updates_with_the_old_key_where_it_has_changed) {
  subscriber.table<thing, thing_key>("public", "t").updated([&](const thing& t, const thing_key* before) {
    seen.push_back((before != nullptr ? std::to_string(before->id) + " to " : "") + std::to_string(t.id));
  });
  deliver(row('U', "x", "1"));
  deliver(byte_writer().u8('U').u32(1).u8('K').u16(2).u8('n').value('t', "1").u8('N').u16(2).value('t', "x").value(
      't', "7"));
  EXPECT_THAT(seen, ElementsAre("1", "1 to 7"));
}

TEST_F(subscribed_table, shows_what_an_update_left_unchanged) {
  subscriber.table<thing>("public", "t").updated([&](thing t) {
    seen.emplace_back(t.note.is_unchanged() ? "unchanged" : "sent");
  });
  deliver(byte_writer().u8('U').u32(1).u8('N').u16(2).u8('u').value('t', "1"));
  deliver(row('U', "x", "1"));
  EXPECT_THAT(seen, ElementsAre("unchanged", "sent"));
}

TEST_F(subscribed_table, gives_the_key_of_deleted_rows) {
  subscriber.table<thing, thing_key>("public", "t").deleted([&](const thing_key& k) {
    seen.push_back(std::to_string(k.id));
  });
  deliver(byte_writer().u8('D').u32(1).u8('K').u16(2).u8('n').value('t', "5"));
  EXPECT_THAT(seen, ElementsAre("5"));
}

TEST_F(subscribed_table, is_told_of_truncation) {
  subscriber.table<thing>("public", "t").truncated([&] { seen.emplace_back("truncated"); });
  deliver(byte_writer().u8('T').u32(1).u8(0).u32(1));
  EXPECT_THAT(seen, ElementsAre("truncated"));
}

TEST_F(subscribed_table, passes_over_what_has_no_handler) {
  struct none {
    std::vector<std::string> cannot_be_read;
  };
  subscriber.table<none>("public", "other").inserted([&](const none&) { seen.emplace_back("other"); });
  subscriber.table<none>("elsewhere", "t").inserted([&](const none&) { seen.emplace_back("elsewhere"); });
  subscriber.table<none>("public", "t").deleted([&](const none&) { seen.emplace_back("deleted"); });
  deliver(row('I', "x", "1"));
  stream.commit();
  EXPECT_THAT(seen, ElementsAre());
}

TEST_F(subscribed_table, says_which_column_does_not_fit) {
  struct wrong {
    std::string note;
    bool id = false;
  };
  subscriber.table<wrong>("public", "t").inserted([&](const wrong&) { seen.emplace_back("read"); });
  try {
    deliver(row('I', "x", "1"));
    ADD_FAILURE() << "a number became a Boolean";
  } catch (const error& e) {
    EXPECT_EQ(e.info().code(), errc::type_mismatch);
    EXPECT_EQ(e.info().column(), "id");
  }
}

TEST_F(subscribed_table, takes_a_new_description_of_the_table) {
  subscriber.table<thing>("public", "t").inserted([&](const thing& t) { seen.push_back(std::to_string(t.id)); });
  deliver(row('I', "x", "1"));
  stream.take(relation_message(1, {{"id", oids::int8, true}, {"note", oids::text}}));
  deliver(byte_writer().u8('I').u32(1).u8('N').u16(2).value('t', "2").value('t', "x"));
  EXPECT_THAT(seen, ElementsAre("1", "2"));
}

TEST_F(subscribed_table, that_is_renamed_in_mid_stream_has_the_handlers_of_its_new_name) {
  watch("public", "t");
  watch("public", "u");
  watch("archive", "u");
  deliver(row('I', "x", "1"));
  describe(1, "public", "u");
  deliver(row('I', "x", "2"));
  describe(1, "archive", "u");
  deliver(row('I', "x", "3"));
  describe(1, "archive", "nobody's");
  deliver(row('I', "x", "4"));
  EXPECT_THAT(seen, ElementsAre("public.t 1", "public.u 2", "archive.u 3"));
}

TEST_F(subscribed_table, that_takes_the_name_of_another_has_its_handlers) {
  watch("public", "t");
  deliver(row('I', "x", "1"));
  describe(1, "public", "old");
  describe(2, "public", "t");
  deliver(row('I', "x", "2", 2));
  deliver(row('I', "x", "3", 1));
  EXPECT_THAT(seen, ElementsAre("public.t 1", "public.t 2"));
}

// Where the one before is gone, the next may lie at its address.
TEST_F(subscribed_table, is_found_anew_however_often_it_is_described) {
  watch("public", "t");
  for (int i = 0; i < 50; ++i) {
    describe(1, "public", i % 2 == 0 ? "t" : "u");
    stream.decoder.release();
    deliver(row('I', "x", std::to_string(i)));
  }
  EXPECT_EQ(seen.size(), 25u);
}

TEST_F(subscribed_table, may_get_a_handler_when_changes_have_come_already) {
  deliver(row('I', "x", "1"));
  watch("public", "t");
  deliver(row('I', "x", "2"));
  EXPECT_THAT(seen, ElementsAre("public.t 2"));
}

TEST_F(subscribed_table, may_get_its_handlers_bit_by_bit) {
  subscriber.table<thing>("public", "t").inserted([&](const thing&) { seen.emplace_back("inserted"); });
  subscriber.table<thing, thing_key>("public", "t").truncated([&] { seen.emplace_back("truncated"); });
  deliver(row('I', "x", "1"));
  deliver(byte_writer().u8('T').u32(1).u8(0).u32(1));
  EXPECT_THAT(seen, ElementsAre("inserted", "truncated"));
}

ASYNC_TEST(subscriber, confirms_each_transaction_when_all_that_is_done_with_it_is_done) {
  fake_server server(co_await asio::this_coro::executor);
  streaming s = co_await open_stream(server);
  repl::transaction_stream changes = std::move(s.changes).transactions();
  repl::subscriber items;
  std::vector<std::string> seen;
  items.table<thing_key>("public", "t").inserted([&](const thing_key& k) { seen.push_back(std::to_string(k.id)); });
  items.after_each([&](const repl::transaction&) -> asio::awaitable<void> {
    seen.push_back("stored behind " + std::to_string(changes.position().flushed.value));
    co_return;
  });
  pending running = co_await start(items.run(changes));
  co_await s.peer.send(row_transaction(100, 1));
  EXPECT_EQ((co_await report(s.peer)).flushed, 108U);
  co_await s.peer.send(row_transaction(200, 2));
  EXPECT_EQ((co_await report(s.peer)).flushed, 208U);
  EXPECT_THAT(seen, ElementsAre("1", "stored behind 10", "2", "stored behind 108"));
  running.cancel();
  EXPECT_EQ((co_await running.outcome()).code(), asio::error::operation_aborted);
}

}  // namespace
}  // namespace pgcoro::test
