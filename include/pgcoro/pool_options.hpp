// How a pool behaves. Every bound has a name and a default.
//
//   pgcoro::pool_options options;
//   options.connect = "postgresql://app@db1,db2/shop?target_session_attrs=read-write";
//   options.max_size = 20;
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include <pgcoro/connect_options.hpp>

namespace pgcoro {

class connection;
class tracer;

/// What is done with a connection that comes back, before somebody else gets it. It happens in the background: neither
/// the one who returns it nor, if another connection is free, the next one waits. Prepared statements are always kept.
///
/// Whether a session may hold state is told by the command tags of what has run: SET, LISTEN, CREATE TABLE (nothing
/// tells a temporary one), PREPARE, DECLARE, DO … What functions do is not seen: set_config(), advisory locks. Programs
/// that use those across transactions choose `discard_always`.
enum class reset_policy : unsigned char {
  none,      ///< nothing is sent: a connection that comes back inside a transaction is closed
  rollback,  ///< an open transaction is rolled back; settings, LISTEN, temporary tables … stay
  /// Likewise, and where the session may hold state, that is discarded: cursors, settings (to those of the connection's
  /// start), role, LISTEN, advisory locks, temporary tables, sequences' currval.
  discard,
  discard_always,  ///< that each time a connection comes back: a round trip for every lease
};

struct pool_options {
  using duration = std::chrono::steady_clock::duration;

  /// Where to, as whom, how. Without a `connect_timeout` there, the pool's own holds. The connections share one
  /// catalogue of types.
  connect_options connect;

  // Size

  std::size_t min_size = 0;  ///< connections that are kept open, from warm_up() or the first acquire() on
  std::size_t max_size = 10;
  /// The first connection asks what the server admits: max_connections less what is reserved, or, behind a PgBouncer
  /// that answers SHOW CONFIG, max_client_conn. Where `max_size` is more, the tracer gets a warning.
  bool check_size = true;
  bool strict_sizing = false;  ///< `errc::pool_too_large` instead of the warning

  // Waiting

  duration acquire_timeout = std::chrono::seconds(30);  ///< zero: for ever
  std::size_t max_waiters = 10'000;                     ///< beyond, acquire fails at once: `errc::pool_overloaded`
  /// One-shot statements that share a connection at a time, pipelined; 1: each has a connection of its own.
  std::size_t max_pipeline_depth = 1;

  // Life of a connection

  duration idle_timeout = std::chrono::minutes(10);  ///< above `min_size`; zero: for ever
  duration max_lifetime = std::chrono::minutes(60);  ///< closed when it is next free; zero: for ever
  double jitter = 0.1;  ///< each lifetime and each back-off is shorter by up to this part, so that they do not coincide

  // Health

  duration check_after = std::chrono::seconds(30);  ///< idle longer than this: pinged before it is used; zero: never
  duration check_timeout = std::chrono::seconds(2);
  /// With `connect.target_session_attrs`: how often each server is asked, on a connection that is free, whether it
  /// still is of that kind; zero: never. A server that is left alone does not tell that it has become read-only, or a
  /// primary.
  duration server_check_interval = std::chrono::milliseconds(500);
  duration connect_timeout = std::chrono::seconds(10);  ///< for each host, unless `connect` says
  duration backoff_min = std::chrono::milliseconds(50);
  duration backoff_max = std::chrono::milliseconds(500);  ///< between attempts to reach a server that is down

  // Return

  reset_policy reset = reset_policy::discard;
  /// For what is to be done before a returned connection is free again: to end a statement that was given up, to roll
  /// back, to discard. Where it takes longer, the connection is closed.
  duration return_timeout = std::chrono::seconds(10);
  /// How long a closed connection is waited for, so that the server has forgotten it before another takes its place.
  duration close_timeout = std::chrono::seconds(1);

  // Hooks. One that throws costs the connection.

  /// On each new connection, before it is used. Settings made here are lost where state is discarded: give them in
  /// `connect.parameters`, which come back.
  std::function<boost::asio::awaitable<void>(connection&)> on_connect;
  /// Before a lease or a one-shot gets a connection for itself; false: not this one, it is closed and the next one
  /// tried.
  std::function<boost::asio::awaitable<bool>(connection&)> before_acquire;
  /// In the background, after a connection has come back and was reset; false: it is closed.
  std::function<boost::asio::awaitable<bool>(connection&)> after_release;

  // Threads

  /// The executor is run by several threads: then the pool, and each of its connections, gets a strand of its own.
  /// Otherwise one thread runs it, or it is a strand. The pool may be used from any thread in either case.
  bool several_threads = false;

  /// Put behind every one-shot statement as a comment in sqlcommenter's form: {{"application", "shop"}}. Statements of
  /// sql() go without. The same for all: tags that change would make every statement a new one to the server.
  std::map<std::string, std::string> tags;

  /// Hears of connects, acquires, statements and warnings; null: nobody does, and nothing is paid.
  std::shared_ptr<pgcoro::tracer> tracer;
};

}  // namespace pgcoro
