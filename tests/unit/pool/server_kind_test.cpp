// A server that ceases to be what target_session_attrs wants, and keeps its sessions.
#include "unit/pool/served_pool.hpp"

namespace pgcoro::test {
namespace {

using protocol::transaction_status;

pool_options wanting(target_session_attrs kind, std::size_t max_size = 1) {
  pool_options options;
  options.max_size = max_size;
  options.connect.target_session_attrs = kind;
  options.server_check_interval = 10ms;
  return options;
}

std::string now_read_only(const char* value = "on") {
  return bytes_of(protocol::parameter_status{"default_transaction_read_only", value});
}

/// Expects to be asked what it is, and answers.
asio::awaitable<void> is_asked(fake_peer& peer, bool standby, bool read_only) {
  const std::string question = co_await peer.query();
  EXPECT_NE(question.find("pg_is_in_recovery"), std::string::npos) << question;
  constexpr oid boolean = 16;
  const std::vector<protocol::column_description> columns{{.name = "standby", .type = boolean, .type_size = 1},
                                                          {.name = "read_only", .type = boolean, .type_size = 1}};
  co_await peer.send(bytes_of(protocol::row_description{columns}) +
                     text_row(standby ? "t" : "f", read_only ? "t" : "f") + completed("SELECT 1"));
}

/// A probe, and what its server says to it.
asio::awaitable<void> is_probed(fake_peer& peer, std::string answer) {
  const std::string heard = co_await peer.types();
  EXPECT_EQ(heard, "S");
  co_await peer.send(std::move(answer) + ready());
}

asio::awaitable<void> hears_discard(fake_peer& peer, std::string reports) {
  const std::string heard = co_await peer.query();
  EXPECT_NE(heard.find("RESET ALL"), std::string::npos) << heard;
  co_await peer.send(std::move(reports) + completed("DISCARD SEQUENCES"));
}

/// Asked, the server says that it is read-only, and the connection is closed.
asio::awaitable<void> turns_out_read_only(lent& l) {
  co_await is_asked(l.peer, false, true);
  co_await l.peer.until_closed();
}

asio::awaitable<void> return_with_own_setting(lent& l) {
  co_await l.run("SET default_transaction_read_only = on", "SET", transaction_status::idle, now_read_only());
  l.db.release();
}

ASYNC_TEST(server_kind, a_server_that_turns_read_only_is_left_when_a_free_connection_hears_of_it) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write, 2));
  lent probed = co_await lend(s);
  lent other = co_await lend(s);
  other.db.release();
  probed.db.release();  // the one that would be used next
  co_await is_probed(probed.peer, now_read_only());
  co_await is_asked(probed.peer, false, true);
  co_await other.peer.until_closed();
  co_await probed.peer.until_closed();
  EXPECT_EQ(s.pool.statistics().servers_left, 1u);
}

ASYNC_TEST(server_kind, a_server_that_says_nothing_new_is_asked_again_and_again) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  first.db.release();
  for (int i = 0; i < 3; ++i) co_await is_probed(first.peer, "");
  EXPECT_EQ(s.pool.statistics().idle, 1u);
  EXPECT_EQ(s.pool.statistics().opened, 1u);
}

ASYNC_TEST(server_kind, nobody_waits_for_a_probe_to_be_answered) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  first.db.release();
  EXPECT_EQ(co_await first.peer.types(), "S");
  first.db = co_await s.pool.acquire();
  pending statement = co_await start(first.db->execute("SELECT 1"));
  EXPECT_EQ(co_await first.peer.query(), "SELECT 1") << "sent behind it";
  co_await first.peer.send(ready() + completed("SELECT 1"));
  EXPECT_FALSE(co_await statement.outcome());
}

ASYNC_TEST(server_kind, what_a_probe_brings_to_light_while_somebody_uses_the_connection_is_seen_at_its_return) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  first.db.release();
  EXPECT_EQ(co_await first.peer.types(), "S");
  first.db = co_await s.pool.acquire();
  co_await first.peer.send(now_read_only() + ready());
  EXPECT_TRUE(co_await first.peer.hears_nothing());
  EXPECT_TRUE(first.db->is_open()) << "it is in use";
  first.db.release();
  co_await turns_out_read_only(first);
  EXPECT_EQ(s.pool.statistics().servers_left, 1u);
}

ASYNC_TEST(server_kind, a_report_in_use_is_looked_into_at_the_return) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  co_await first.run("UPDATE t", "UPDATE 1", transaction_status::idle, now_read_only());
  first.db.release();
  co_await turns_out_read_only(first);
  EXPECT_EQ(s.pool.statistics().servers_left, 1u);
}

ASYNC_TEST(server_kind, a_server_that_has_changed_its_mind_again_is_kept) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  first.db.release();
  co_await is_probed(first.peer, now_read_only());
  co_await is_asked(first.peer, false, false);
  lease db = co_await s.pool.acquire();
  EXPECT_TRUE(db->is_open());
  EXPECT_EQ(s.pool.statistics().opened, 1u);
  EXPECT_EQ(s.pool.statistics().servers_left, 0u);
}

ASYNC_TEST(server_kind, ones_own_setting_is_discarded_and_says_nothing_of_the_server) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  co_await return_with_own_setting(first);
  co_await hears_discard(first.peer, now_read_only("off"));
  co_await is_asked(first.peer, false, false);
  lease db = co_await s.pool.acquire();
  EXPECT_EQ(s.pool.statistics().opened, 1u);
  EXPECT_EQ(s.pool.statistics().servers_left, 0u);
}

ASYNC_TEST(server_kind, a_setting_that_nothing_discards_costs_its_own_connection_alone) {
  pool_options options = wanting(target_session_attrs::read_write);
  options.reset = reset_policy::rollback;
  served_pool s(co_await asio::this_coro::executor, options);
  lent first = co_await lend(s);
  co_await return_with_own_setting(first);
  co_await turns_out_read_only(first);
  EXPECT_EQ(s.pool.statistics().closed_in_doubt, 1u);
  EXPECT_EQ(s.pool.statistics().servers_left, 0u);
}

ASYNC_TEST(server_kind, a_server_under_ones_own_setting_is_left_all_the_same) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  co_await return_with_own_setting(first);
  co_await hears_discard(first.peer, "");  // to what the server has now
  co_await turns_out_read_only(first);
  EXPECT_EQ(s.pool.statistics().servers_left, 1u);
}

ASYNC_TEST(server_kind, a_refused_write_is_reason_enough_to_ask) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::read_write));
  lent first = co_await lend(s);
  pending write = co_await start(first.db->execute("INSERT"));
  EXPECT_EQ(co_await first.peer.query(), "INSERT");
  co_await first.peer.send(error_message("ERROR", "25006", "cannot execute INSERT in a read-only transaction") +
                           ready());
  EXPECT_EQ((co_await write.outcome()).code(), sqlstate::read_only_sql_transaction);
  first.db.release();
  co_await turns_out_read_only(first);
  EXPECT_EQ(s.pool.statistics().servers_left, 1u);
}

ASYNC_TEST(server_kind, a_standby_that_is_promoted_is_left_by_those_who_want_a_standby) {
  greeting standby;
  standby.in_hot_standby = "on";
  for (const target_session_attrs wanted :
       {target_session_attrs::standby, target_session_attrs::prefer_standby, target_session_attrs::read_only}) {
    served_pool s(co_await asio::this_coro::executor, wanting(wanted));
    lent first = co_await lend(s, standby);
    first.db.release();
    co_await is_probed(first.peer, bytes_of(protocol::parameter_status{"in_hot_standby", "off"}));
    co_await is_asked(first.peer, false, false);
    co_await first.peer.until_closed();
    EXPECT_EQ(s.pool.statistics().servers_left, 1u);
  }
}

ASYNC_TEST(server_kind, a_primary_that_was_taken_for_want_of_a_standby_is_kept) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::prefer_standby));
  lease db;
  pending acquiring = co_await start(acquire_into(s.pool, db));
  fake_peer looked_at = co_await s.let_in();  // is no standby
  fake_peer taken = co_await s.let_in();
  EXPECT_FALSE(co_await acquiring.outcome());
  db.release();
  co_await is_probed(taken, now_read_only());
  co_await is_probed(taken, "");  // and not asked what it is
  EXPECT_EQ(s.pool.statistics().opened, 1u);
  EXPECT_EQ(s.pool.statistics().servers_left, 0u);
}

ASYNC_TEST(server_kind, where_any_server_will_do_none_is_asked) {
  served_pool s(co_await asio::this_coro::executor, wanting(target_session_attrs::any));
  lent first = co_await lend(s);
  first.db.release();
  co_await sleep_for(30ms);
  EXPECT_TRUE(co_await first.peer.hears_nothing());
  first.db = co_await s.pool.acquire();
  co_await first.run("UPDATE t", "UPDATE 1", transaction_status::idle, now_read_only());
  first.db.release();
  EXPECT_TRUE(co_await first.peer.hears_nothing());
  EXPECT_EQ(s.pool.statistics().idle, 1u);
}

}  // namespace
}  // namespace pgcoro::test
