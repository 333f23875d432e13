// A pool whose server says what the test tells it to.
//
//   served_pool s(co_await asio::this_coro::executor);
//   pending waits = co_await start(use_once(s.pool));
//   fake_peer peer = co_await s.let_in();
//   EXPECT_FALSE(co_await waits.outcome());
#pragma once

#include <pgcoro/pool.hpp>

#include "support/fake_server.hpp"

namespace pgcoro::test {

struct served_pool {
  explicit served_pool(const asio::any_io_executor& executor, pool_options options = {})
      : server(executor), pool(executor, completed(std::move(options))) {}

  /// The pool's next session. Cancel requests that come before it are heard, and that is all.
  asio::awaitable<fake_peer> let_in(greeting words = greeting()) {
    for (;;) {
      fake_peer peer = co_await server.accept();
      const std::string packet = co_await peer.initial();
      if (fake_peer::initial_code(packet) == static_cast<std::uint32_t>(protocol::initial_request::cancel)) continue;
      co_await peer.send(words.bytes());
      co_return peer;
    }
  }

  /// The next session is refused.
  asio::awaitable<void> turn_away(std::string_view sqlstate) {
    fake_peer peer = co_await server.accept();
    const std::string packet = co_await peer.initial();
    co_await peer.send(error_message("FATAL", sqlstate, "not you"));
  }

  fake_server server;
  pgcoro::pool pool;

 private:
  pool_options completed(pool_options options) const {
    const connect_options given = std::exchange(options.connect, server.options());
    options.connect.cancel_timeout = given.cancel_timeout;
    options.connect.target_session_attrs = given.target_session_attrs;
    options.check_size = false;  // it would ask
    options.backoff_min = 1ms;
    options.backoff_max = 2ms;
    return options;
  }
};

/// A new session for somebody who waits for one, and gets it. The server's end.
inline asio::awaitable<fake_peer> let_in_for(served_pool& s, pending& waits) {
  fake_peer peer = co_await s.let_in();
  const error_info failed = co_await waits.outcome();
  EXPECT_FALSE(failed) << failed.what();
  co_return peer;
}

inline asio::awaitable<void> use_once(pool& p) { const lease db = co_await p.acquire(); }

inline asio::awaitable<void> acquire_into(pool& p, lease& into) { into = co_await p.acquire(); }

/// A lease and the server's end of it, the first of a pool.
struct lent {
  explicit lent(fake_peer p) : peer(std::move(p)) {}
  lease db;
  fake_peer peer;

  /// A statement that the server answers with its command tag, what else it reports, and how it stands then.
  asio::awaitable<void> run(std::string sql, std::string tag, protocol::transaction_status then,
                            std::string reports = {}) {
    pending running = co_await start(db->execute(sql));
    const std::string heard = co_await peer.query();
    EXPECT_EQ(heard, sql);
    co_await peer.send(bytes_of(protocol::command_complete{tag}) + reports + ready(then));
    const error_info failed = co_await running.outcome();
    EXPECT_FALSE(failed) << failed.what();
  }
  /// Until the pool has closed it; then the server closes its end.
  asio::awaitable<void> closed() {
    co_await peer.until_closed();
    peer.close();
  }
  asio::awaitable<void> begin() { return run("BEGIN", "BEGIN", protocol::transaction_status::in_transaction); }
  asio::awaitable<void> set() { return run("SET x = 1", "SET", protocol::transaction_status::idle); }
};

inline asio::awaitable<lent> lend(served_pool& s, greeting words = greeting()) {
  lease db;
  pending acquiring = co_await start(acquire_into(s.pool, db));
  fake_peer peer = co_await s.let_in(std::move(words));
  const error_info failed = co_await acquiring.outcome();
  EXPECT_FALSE(failed) << failed.what();
  lent made(std::move(peer));
  made.db = std::move(db);
  co_return made;
}

}  // namespace pgcoro::test
