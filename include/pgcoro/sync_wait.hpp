// One operation from synchronous code: scripts, tests, migrations.
//
//   boost::asio::io_context context(1);
//   auto db = pgcoro::sync_wait(context, pgcoro::connect(dsn));
//   auto n  = pgcoro::sync_wait(context, db.fetch_one<std::int64_t>("SELECT count(*) FROM users"));
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/compose.hpp>

namespace pgcoro {

namespace detail {
PGCORO_DECL void run_until_ended(boost::asio::io_context& context, boost::asio::awaitable<void> task);
}

/// Runs the context in the calling thread until the operation has ended; yields its value or throws its error. Whatever
/// else the context has to do is done meanwhile as it comes, and left as it is afterwards. A context that was stopped
/// is restarted.
///
/// No other thread may run the context meanwhile. If something stops it first, `asio::error::operation_aborted` is
/// thrown and the operation stays in the context; what it refers to must then live as long.
template <class T>
T sync_wait(boost::asio::io_context& context, boost::asio::awaitable<T> operation) {
  const auto ended = std::make_shared<detail::outcome<T>>();
  detail::run_until_ended(context, detail::keep_outcome(std::move(operation), ended));
  return ended->take();
}

}  // namespace pgcoro
