// An acquire that is cancelled at every step of what a pool does for it: while the connection is opened, checked,
// restored, closed to make room for another, handed over. Somebody waits behind it each time: he must get his turn, and
// the connection must come back.
#include <functional>
#include <vector>

#include "unit/pool/served_pool.hpp"

namespace pgcoro::test {
namespace {

using protocol::transaction_status;

/// A pool of one connection and all that plays in a story.
struct scene {
  scene(const asio::any_io_executor& executor, const pool_options& options) : s(executor, options), held(executor) {}

  served_pool s;
  fake_peer held;  // the server's end of the connection
  lease db;        // it, where somebody has it at the beginning
};

using step = asio::awaitable<void> (*)(scene&);

struct story {
  const char* name;
  step prepare;
  std::vector<step> steps;
};

asio::awaitable<void> nothing(scene&) { co_return; }

asio::awaitable<void> lend_to(scene& x) {
  lent made = co_await lend(x.s);
  x.held = std::move(made.peer);
  x.db = std::move(made.db);
}

asio::awaitable<void> lend_and_take_back(scene& x) {
  co_await lend_to(x);
  x.db.release();
}

asio::awaitable<void> lend_and_leave_dirty(scene& x) {
  lent made = co_await lend(x.s);
  co_await made.set();
  co_await made.begin();
  x.held = std::move(made.peer);
  x.db = std::move(made.db);
}

asio::awaitable<void> accept(scene& x) { x.held = co_await x.s.server.accept(); }
asio::awaitable<void> hear_startup(scene& x) { static_cast<void>(co_await x.held.initial()); }
asio::awaitable<void> send_half_a_greeting(scene& x) {
  const std::string words = greeting().bytes();
  co_await x.held.send(words.substr(0, words.size() / 2));
  co_await settle();
}
asio::awaitable<void> send_the_other_half(scene& x) {
  const std::string words = greeting().bytes();
  co_await x.held.send(words.substr(words.size() / 2));
}

asio::awaitable<void> give_back(scene& x) {
  x.db.release();
  co_return;
}
asio::awaitable<void> discard(scene& x) {
  x.db.discard();
  co_return;
}
asio::awaitable<void> let_others_run(scene&) { return settle(); }

asio::awaitable<void> hear_sync(scene& x) {
  const std::string heard = co_await x.held.types();
  EXPECT_EQ(heard, "S");
}
asio::awaitable<void> answer_sync(scene& x) { return x.held.send(ready()); }
asio::awaitable<void> hear_rollback(scene& x) {
  const std::string heard = co_await x.held.query();
  EXPECT_EQ(heard, "ROLLBACK");
}
asio::awaitable<void> answer_rollback(scene& x) { return x.held.send(completed("ROLLBACK")); }
asio::awaitable<void> hear_discard(scene& x) {
  const std::string heard = co_await x.held.query();
  EXPECT_NE(heard.find("DISCARD TEMP"), heard.npos) << heard;
}
asio::awaitable<void> answer_discard(scene& x) { return x.held.send(completed("DISCARD SEQUENCES")); }

asio::awaitable<void> hear_goodbye(scene& x) { return x.held.until_closed(); }
asio::awaitable<void> hang_up(scene& x) {
  x.held.close();
  co_return;
}

const story stories[] = {
    {"opening", nothing, {accept, hear_startup, send_half_a_greeting, send_the_other_half, let_others_run}},
    {"checking", lend_and_take_back, {hear_sync, let_others_run, answer_sync, let_others_run}},
    {"restoring",
     lend_and_leave_dirty,
     {give_back, let_others_run, hear_rollback, answer_rollback, hear_discard, answer_discard, let_others_run}},
    {"making_room",
     lend_to,
     {discard, hear_goodbye, hang_up, accept, hear_startup, send_half_a_greeting, send_the_other_half, let_others_run}},
    {"handing_over", lend_to, {give_back, let_others_run}},
};

/// How it ended, where it may have been Asio that has ended it, at the coroutine's next co_await.
asio::awaitable<boost::system::error_code> code_of(pending& operation) {
  try {
    const error_info outcome = co_await operation.outcome();
    co_return outcome.code();
  } catch (const boost::system::system_error& e) {
    co_return e.code();
  }
}

asio::awaitable<void> cancel_before(const story& what, std::size_t at) {
  SCOPED_TRACE(std::string(what.name) + ", cancelled before step " + std::to_string(at));
  pool_options options;
  options.max_size = 1;
  if (what.prepare == lend_and_take_back) options.check_after = 1ns;
  scene x(co_await asio::this_coro::executor, options);
  co_await what.prepare(x);
  pending first = co_await start(use_once(x.s.pool));
  pending second = co_await start(use_once(x.s.pool));
  for (std::size_t i = 0; i < at; ++i) co_await what.steps[i](x);
  const bool in_time = x.s.pool.statistics().waiting == 2;
  first.cancel();
  for (std::size_t i = at; i < what.steps.size(); ++i) co_await what.steps[i](x);

  const auto code = co_await code_of(first);
  if (in_time || code) {
    EXPECT_EQ(code, asio::error::operation_aborted);
  }
  const error_info failed = co_await second.outcome();
  EXPECT_FALSE(failed) << failed.what();
  co_await settle();
  const pool_statistics now = x.s.pool.statistics();
  EXPECT_EQ(now.size, 1u);
  EXPECT_EQ(now.idle, 1u);
  EXPECT_EQ(now.in_use, 0u);
  EXPECT_EQ(now.waiting, 0u);
}

asio::awaitable<void> cancel_everywhere(const story& what) {
  for (std::size_t at = 0; at <= what.steps.size(); ++at) co_await cancel_before(what, at);
}

ASYNC_TEST(cancelled_acquire, loses_no_turn_while_a_connection_is_opened) { return cancel_everywhere(stories[0]); }
ASYNC_TEST(cancelled_acquire, loses_no_turn_while_a_connection_is_checked) { return cancel_everywhere(stories[1]); }
ASYNC_TEST(cancelled_acquire, loses_no_turn_while_a_connection_is_restored) { return cancel_everywhere(stories[2]); }
ASYNC_TEST(cancelled_acquire, loses_no_turn_while_room_is_made) { return cancel_everywhere(stories[3]); }
ASYNC_TEST(cancelled_acquire, loses_no_turn_while_a_connection_is_handed_over) { return cancel_everywhere(stories[4]); }

}  // namespace
}  // namespace pgcoro::test
