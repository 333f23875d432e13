// Several hosts: which is taken, and what is said where none is.
#include <pgcoro/sqlstate.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

/// Two servers in this order.
struct pair_of_servers {
  explicit pair_of_servers(const asio::any_io_executor& executor) : first(executor), second(executor) {}

  connect_options options(const std::string& more = {}) const {
    return first.options("host=127.0.0.1,127.0.0.1 port=" + std::to_string(first.port()) + "," +
                         std::to_string(second.port()) + " " + more);
  }

  fake_server first;
  fake_server second;
};

asio::awaitable<void> refuse(fake_server& server, std::string sqlstate, std::string message) {
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  co_await peer.send(error_message("FATAL", sqlstate, message));
  peer.close();
}

asio::awaitable<void> let_in(fake_server& server, greeting words, std::vector<fake_peer>& kept) {
  fake_peer peer = co_await server.accept();
  co_await peer.let_in(std::move(words));
  kept.push_back(std::move(peer));
}

greeting standby() {
  greeting words;
  words.in_hot_standby = "on";
  return words;
}

ASYNC_TEST(several_hosts, a_dead_one_is_passed_over) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  const connect_options options = servers.options();
  servers.first.stop();
  connection db;
  std::vector<fake_peer> peers;
  pending connecting = co_await start_connect(options, db);
  co_await let_in(servers.second, greeting(), peers);
  EXPECT_FALSE(co_await connecting.outcome());
}

ASYNC_TEST(several_hosts, one_that_is_starting_up_is_passed_over) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  connection db;
  std::vector<fake_peer> peers;
  pending connecting = co_await start_connect(servers.options(), db);
  co_await refuse(servers.first, "57P03", "the database system is starting up");
  co_await let_in(servers.second, greeting(), peers);
  EXPECT_FALSE(co_await connecting.outcome());
}

ASYNC_TEST(several_hosts, a_refused_password_is_not_tried_elsewhere) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(servers.options(), db);
  co_await refuse(servers.first, "28P01", "password authentication failed");
  EXPECT_EQ((co_await connecting.outcome()).code(), sqlstate::invalid_password);
  EXPECT_FALSE(co_await servers.second.somebody_calls());
}

ASYNC_TEST(several_hosts, the_error_lists_every_attempt_with_host_stage_and_reason) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  const connect_options options = servers.options();
  const std::string dead = servers.first.label();
  servers.first.stop();
  connection db;
  pending connecting = co_await start_connect(options, db);
  co_await refuse(servers.second, "57P03", "the database system is shutting down");
  const error_info failed = co_await connecting.outcome();
  const std::string& text = failed.what();
  EXPECT_NE(text.find(dead), std::string::npos) << text;
  EXPECT_NE(text.find("Connection refused"), std::string::npos) << text;
  EXPECT_NE(text.find(servers.second.label()), std::string::npos) << text;
  EXPECT_NE(text.find("the database system is shutting down"), std::string::npos) << text;
  EXPECT_NE(text.find("authentication"), std::string::npos) << text;
  EXPECT_EQ(text.find("hush"), std::string::npos) << text;
  EXPECT_TRUE(failed.safe_to_retry());
}

ASYNC_TEST(several_hosts, all_dead_is_connect_failed) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  const connect_options options = servers.options();
  servers.first.stop();
  servers.second.stop();
  const error_info failed = co_await error_of(connect(options));
  EXPECT_EQ(failed.code(), errc::connect_failed);
  EXPECT_TRUE(failed.is_transient());
}

ASYNC_TEST(several_hosts, a_cancelled_attempt_does_not_go_on_to_the_next) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  connection db;
  pending connecting = co_await start_connect(servers.options(), db);
  fake_peer peer = co_await servers.first.accept();
  co_await peer.initial();
  connecting.cancel();
  EXPECT_EQ((co_await connecting.outcome()).code(), asio::error::operation_aborted);
  EXPECT_FALSE(co_await servers.second.somebody_calls());
}

struct wanted_session {
  const char* attrs;
  greeting first;
  greeting second;
  bool takes_second;
};

class session_attrs : public testing::TestWithParam<int> {};

wanted_session wanted(int which) {
  greeting read_only;
  read_only.default_transaction_read_only = "on";
  switch (which) {
    case 0: return {"any", standby(), greeting(), false};
    case 1: return {"primary", standby(), greeting(), true};
    case 2: return {"standby", greeting(), standby(), true};
    case 3: return {"read-write", standby(), greeting(), true};
    case 4: return {"read-write", read_only, greeting(), true};
    case 5: return {"read-only", greeting(), read_only, true};
    case 6: return {"read-only", standby(), greeting(), false};
    case 7: return {"prefer-standby", greeting(), standby(), true};
    default: return {"primary", read_only, standby(), false};
  }
}

TEST_P(session_attrs, chooses_the_host) {
  run([]() -> asio::awaitable<void> {
    const wanted_session given = wanted(GetParam());
    pair_of_servers servers(co_await asio::this_coro::executor);
    connection db;
    std::vector<fake_peer> peers;
    pending connecting =
        co_await start_connect(servers.options("target_session_attrs=" + std::string(given.attrs)), db);
    co_await let_in(servers.first, given.first, peers);
    if (given.takes_second) {
      co_await peers.front().until_closed();  // left before the next is tried
      co_await let_in(servers.second, given.second, peers);
    }
    const error_info failed = co_await connecting.outcome();
    EXPECT_FALSE(failed) << failed.what();
    EXPECT_FALSE(co_await servers.second.somebody_calls());
  });
}

INSTANTIATE_TEST_SUITE_P(each, session_attrs, testing::Range(0, 9));

ASYNC_TEST(session_attrs, prefer_standby_takes_a_primary_where_there_is_no_standby) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  connection db;
  std::vector<fake_peer> peers;
  pending connecting = co_await start_connect(servers.options("target_session_attrs=prefer-standby"), db);
  co_await let_in(servers.first, greeting(), peers);
  co_await let_in(servers.second, greeting(), peers);
  co_await let_in(servers.first, greeting(), peers);
  EXPECT_FALSE(co_await connecting.outcome());
}

ASYNC_TEST(session_attrs, that_no_host_meets_are_an_error_of_each) {
  pair_of_servers servers(co_await asio::this_coro::executor);
  connection db;
  std::vector<fake_peer> peers;
  pending connecting = co_await start_connect(servers.options("target_session_attrs=primary"), db);
  co_await let_in(servers.first, standby(), peers);
  co_await let_in(servers.second, standby(), peers);
  const error_info failed = co_await connecting.outcome();
  EXPECT_NE(failed.what().find("hot standby"), std::string::npos) << failed.what();
  EXPECT_NE(failed.what().find(servers.first.label()), std::string::npos) << failed.what();
}

}  // namespace
}  // namespace pgcoro::test
