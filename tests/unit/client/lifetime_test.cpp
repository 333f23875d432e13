// Connections, contexts and handlers that go away while others still count on them.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <stdexcept>

#include <pgcoro/pipeline.hpp>
#include <pgcoro/type_registry.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(lifetime, operations_in_flight_end_when_the_connection_is_destroyed) {
  fake_server server(co_await asio::this_coro::executor);
  std::optional<served> s;
  s.emplace(co_await open_session(server, server.options()));
  pending first = co_await start(s->db.execute("SELECT 1"));
  pending second = co_await start(s->db.execute("SELECT 2"));
  co_await s->peer.query();
  s->db = connection();
  const error_info one = co_await first.outcome();
  const error_info two = co_await second.outcome();
  EXPECT_EQ(one.code(), errc::connection_closed);
  EXPECT_EQ(two.code(), errc::connection_closed);
  co_await s->peer.until_closed();
}

ASYNC_TEST(lifetime, an_idle_connection_says_goodbye_when_it_is_destroyed) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  s.db = connection();
  EXPECT_EQ(co_await s.peer.types(), "X");
  EXPECT_EQ(co_await s.peer.types(), "") << "and closes";
}

ASYNC_TEST(lifetime, a_connection_may_be_destroyed_inside_a_coroutine_that_it_resumes) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  auto first_then_destroy = [&]() -> asio::awaitable<void> {
    co_await s.db.execute("SELECT 1");
    s.db = connection();
  };
  pending first = co_await start(first_then_destroy());
  pending second = co_await start(s.db.execute("SELECT 2"));
  pending third = co_await start(s.db.execute("SELECT 3"));
  for (int i = 0; i < 3; ++i) co_await s.peer.query();
  co_await s.peer.send(completed("SELECT 1") + completed("SELECT 2"));
  EXPECT_FALSE(co_await first.outcome());
  EXPECT_FALSE(co_await second.outcome()) << "its reply had come";
  EXPECT_EQ((co_await third.outcome()).code(), errc::connection_closed);
}

ASYNC_TEST(lifetime, a_notice_handler_may_destroy_the_connection) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  s.db.set_notice_handler([&](const notice&) { s.db = connection(); });
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  const std::vector<protocol::error_field> fields{{'S', "NOTICE"}, {'C', "00000"}, {'M', "hello"}};
  co_await s.peer.send(bytes_of(protocol::notice_response{fields}, protocol::notice_response{fields}));
  EXPECT_EQ((co_await query.outcome()).code(), errc::connection_closed);
}

ASYNC_TEST(lifetime, a_notice_handler_may_replace_itself) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  std::string seen;
  s.db.set_notice_handler([&, kept = std::string("a string that is too long for the small buffer")](const notice& n) {
    s.db.set_notice_handler([&seen](const notice& second) { seen += " then " + second.message; });
    seen += n.message + kept.substr(0, 0);
  });
  const std::vector<protocol::error_field> fields{{'S', "NOTICE"}, {'C', "00000"}, {'M', "hello"}};
  co_await s.peer.send(bytes_of(protocol::notice_response{fields}, protocol::notice_response{fields}));
  co_await settle();
  EXPECT_EQ(seen, "hello then hello");
}

ASYNC_TEST(lifetime, a_notification_handler_may_start_operations) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  fake_server server(executor);
  served s = co_await open_session(server, server.options());
  s.db.set_notification_handler([&](const notification& n) {
    EXPECT_EQ(n.channel, "jobs");
    EXPECT_EQ(n.payload, "7");
    EXPECT_EQ(n.process_id, 99);
    asio::co_spawn(executor, s.db.execute("SELECT take_job()"), asio::detached);
  });
  co_await s.peer.send(bytes_of(protocol::notification_response{99, "jobs", "7"}));
  EXPECT_EQ(co_await s.peer.query(), "SELECT take_job()");
  co_await s.peer.send(completed("SELECT 1"));
}

TEST(lifetime, a_handler_that_throws_takes_nothing_from_the_others) {
  asio::io_context context(1);
  bool done = false;
  auto body = [&]() -> asio::awaitable<void> {
    fake_server server(co_await asio::this_coro::executor);
    served s = co_await open_session(server, server.options());
    s.db.set_notice_handler([](const notice&) { throw std::runtime_error("the user's own"); });
    pending query = co_await start(s.db.execute("SELECT 1"));
    co_await s.peer.query();
    const std::vector<protocol::error_field> fields{{'S', "NOTICE"}, {'C', "00000"}, {'M', "hello"}};
    co_await s.peer.send(bytes_of(protocol::notice_response{fields}) + completed("SELECT 1"));
    EXPECT_FALSE(co_await query.outcome());
    pending next = co_await start(s.db.execute("SELECT 2"));
    EXPECT_EQ(co_await s.peer.query(), "SELECT 2");
    co_await s.peer.send(completed("SELECT 2"));
    EXPECT_FALSE(co_await next.outcome());
    done = true;
  };
  asio::co_spawn(context, body(), asio::detached);
  int thrown = 0;
  for (const auto end = std::chrono::steady_clock::now() + test_limit; !context.stopped();) {
    try {
      context.run_until(end);
    } catch (const std::runtime_error&) {
      ++thrown;
    }
    if (std::chrono::steady_clock::now() >= end) break;
  }
  EXPECT_TRUE(done);
  EXPECT_EQ(thrown, 1);
}

/// What a context is doing when it is destroyed.
struct moment {
  const char* name;
  asio::awaitable<void> (*until)(bool& reached);
};

asio::awaitable<void> connecting(bool& reached) {
  fake_server server(co_await asio::this_coro::executor);
  connection db;
  const pending connect = co_await start_connect(server.options(), db);
  fake_peer peer = co_await server.accept();
  co_await peer.initial();
  reached = true;
  co_await sleep_for(1h);
}

asio::awaitable<void> running_statements(bool& reached) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  const pending first = co_await start(s.db.fetch<std::string>("SELECT $1::text", std::string(100, 'x')));
  const pending second = co_await start(s.db.query("SELECT 2"));
  pipeline statements;
  statements.query("SELECT 3");
  const pending third = co_await start(s.db.run(statements));
  co_await s.peer.types();
  reached = true;
  co_await sleep_for(1h);
}

asio::awaitable<void> cancelling(bool& reached) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  pending query = co_await start(s.db.execute("SELECT 1"));
  co_await s.peer.query();
  query.cancel();
  fake_peer caller = co_await server.accept();
  co_await caller.initial();
  reached = true;
  co_await sleep_for(1h);
}

asio::awaitable<void> writing(bool& reached) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  const std::string large = "SELECT '" + std::string(32 << 20, 'x') + "'";
  const pending query = co_await start(s.db.execute(large));
  co_await settle();
  reached = true;
  co_await sleep_for(1h);
}

class destroyed_context : public testing::TestWithParam<moment> {};

TEST_P(destroyed_context, frees_everything) {
  bool reached = false;
  {
    asio::io_context context(1);
    asio::co_spawn(context, GetParam().until(reached), asio::detached);
    const auto end = std::chrono::steady_clock::now() + test_limit;
    while (!reached && std::chrono::steady_clock::now() < end) context.run_one_until(end);
  }
  EXPECT_TRUE(reached);  // what leaks or is used after its end is AddressSanitizer's to tell
}

INSTANTIATE_TEST_SUITE_P(moments, destroyed_context,
                         testing::Values(moment{"connecting", connecting},
                                         moment{"running_statements", running_statements},
                                         moment{"cancelling", cancelling}, moment{"writing", writing}),
                         [](const auto& given) { return std::string(given.param.name); });

TEST(connection, that_was_never_opened_has_nothing_to_say) {
  connection db;
  EXPECT_FALSE(db.is_open());
  EXPECT_EQ(db.parameter_status("TimeZone"), std::nullopt);
  EXPECT_EQ(db.transaction_status(), protocol::transaction_status::idle);
  EXPECT_EQ(db.backend_process_id(), 0U);
  EXPECT_FALSE(db.is_encrypted());
  EXPECT_FALSE(static_cast<bool>(db.get_executor()));
  EXPECT_EQ(db.types()->find("hstore"), nullptr);
  db.set_notice_handler([](const notice&) {});
  db.set_notification_handler([](const notification&) {});
}

}  // namespace
}  // namespace pgcoro::test
