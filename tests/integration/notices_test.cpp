// What the server sends without being asked.
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

ASYNC_TEST(notices, go_to_the_handler_with_every_field) {
  connection db = co_await connect_to("DSN");
  std::vector<notice> seen;
  db.set_notice_handler([&](const notice& n) { seen.push_back(n); });
  co_await db.execute("DO $$ BEGIN RAISE WARNING 'careful' USING HINT = 'look', ERRCODE = '01007'; END $$");
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen.at(0).severity, "WARNING");
  EXPECT_EQ(seen.at(0).sqlstate, "01007");
  EXPECT_EQ(seen.at(0).message, "careful");
  EXPECT_EQ(seen.at(0).hint, "look");
  db.set_notice_handler({});
  co_await db.execute("DO $$ BEGIN RAISE NOTICE 'unheard'; END $$");
  EXPECT_EQ(seen.size(), 1u);
}

ASYNC_TEST(notices, between_rows_change_no_result) {
  connection db = co_await connect_to("DSN");
  int seen = 0;
  db.set_notice_handler([&](const notice&) { ++seen; });
  co_await db.execute(
      "CREATE FUNCTION pg_temp.noisy(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', n; RETURN n; "
      "END $$");
  const auto numbers = co_await db.fetch<int>("SELECT pg_temp.noisy(n) FROM generate_series(1, 1000) n");
  EXPECT_EQ(numbers.size(), 1000u);
  EXPECT_EQ(seen, 1000);
}

ASYNC_TEST(notifications, come_to_an_idle_connection) {
  connection listener = co_await connect_to("DSN");
  connection sender = co_await connect_to("DSN");
  asio::steady_timer came(co_await asio::this_coro::executor, test_limit);
  std::vector<notification> seen;
  listener.set_notification_handler([&](const notification& n) {
    seen.push_back(n);
    came.cancel();
  });
  co_await listener.execute("LISTEN jobs");
  co_await sender.execute("SELECT pg_notify('jobs', $1)", "payload 7");
  boost::system::error_code ignored;
  if (seen.empty()) co_await came.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  EXPECT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen.at(0).channel, "jobs");
  EXPECT_EQ(seen.at(0).payload, "payload 7");
  EXPECT_EQ(seen.at(0).process_id, static_cast<std::int32_t>(sender.backend_process_id()));
}

ASYNC_TEST(notifications, of_ones_own_come_with_the_statement) {
  connection db = co_await connect_to("DSN");
  std::string seen;
  db.set_notification_handler([&](const notification& n) { seen += n.payload; });
  co_await db.execute("LISTEN mine");
  co_await db.execute("NOTIFY mine, 'a'");
  co_await db.execute("NOTIFY mine, 'b'");
  co_await db.ping();
  EXPECT_EQ(seen, "ab");
}

}  // namespace
}  // namespace pgcoro::test
