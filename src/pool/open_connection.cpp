// A new connection: connect, the owner's hook, the first one's look at the server's limits.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <pgcoro/sqlstate.hpp>

#include "client/connect.hpp"
#include "client/connection_core.hpp"
#include "pool/pool_core.hpp"
#include "pool/server_limits.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

/// Whether the same attempt would fail again: those who wait are told at once.
bool is_hopeless(const error_info& why) {
  const auto code = why.code();
  if (code.category() == sqlstate_category()) {
    const auto state = static_cast<sqlstate>(code.value());
    return class_of(state) == sqlstate_class::invalid_authorization_specification ||
           state == sqlstate::invalid_catalog_name;
  }
  for (const errc e :
       {errc::invalid_option, errc::tls_not_supported, errc::authentication_failed, errc::authentication_refused,
        errc::authentication_unsupported, errc::unsupported_server, errc::pool_too_large})
    if (code == e) return true;
  return false;
}

error_info from_exception(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const error& e) {
    return e.info();
  } catch (const boost::system::system_error& e) {
    return {e.code(), e.what()};
  } catch (const std::exception& e) {
    return {make_error_code(errc::connect_failed), e.what()};
  } catch (...) {
    return {make_error_code(errc::connect_failed), "a hook threw what is no std::exception"};
  }
}

}  // namespace

void pool_core::open(pooled_connection& slot) {
  auto ended = [self = shared_from_this(), &slot](const std::exception_ptr& thrown, error_info why) {
    self->on_opened(slot, thrown ? from_exception(thrown) : std::move(why));
  };
  asio::co_spawn(slot.executor, connect(slot), asio::bind_cancellation_slot(slot.opening.slot(), std::move(ended)));
}

void pool_core::on_opened(pooled_connection& slot, error_info failed) {
  if (!failed) return report([&](pool_policy& p, auto now) { p.opened(slot.id, now, server_of_wanted_kind(slot)); });
  slot.db = connection();
  slot.core.reset();
  const bool hopeless = is_hopeless(failed);
  report([&](pool_policy& p, auto now) { p.open_failed(slot.id, now, std::move(failed), hopeless); });
}

asio::awaitable<error_info> pool_core::connect(pooled_connection& slot) {
  auto settings = resolve(options_.connect);
  if (!settings) co_return settings.error();
  connector attempts(slot.executor, std::make_shared<const connect_settings>(std::move(*settings)));
  expected<established> made = co_await attempts.connect();
  if (!made) co_return made.error();
  slot.core = std::make_shared<connection_core>(slot.executor, std::move(*made));
  slot.db = connection(slot.core);
  slot.core->run();
  error_info failed = co_await prepare(slot);
  if (!failed && !slot.core->is_open()) failed = slot.core->protocol_session().failure();
  if (!failed) watch(slot);
  co_return failed;
}

/// What is to be done before the first use.
asio::awaitable<error_info> pool_core::prepare(pooled_connection& slot) {
  if ((options_.check_size || options_.strict_sizing) && !size_checked_.exchange(true)) {
    error_info too_large = co_await check_size(slot.db);
    if (too_large && options_.strict_sizing) {
      size_checked_ = false;
      co_return too_large;
    }
    if (too_large && options_.tracer) options_.tracer->warning(too_large.message());
  }
  if (options_.on_connect) co_await options_.on_connect(slot.db);
  slot.core->protocol_session().marks = {};
  co_return error_info();
}

/// Compares max_size with what the server admits; an error where it is more.
asio::awaitable<error_info> pool_core::check_size(connection& db) {
  const std::size_t wanted = statistics().max_size;
  server_limit limit;
  try {
    limit = co_await limit_of(db, options_.connect);
  } catch (const error&) {  // no server that we know: then nothing can be said
    co_return error_info();
  }
  if (limit.connections == 0 || wanted <= limit.connections) co_return error_info();
  error_details details;
  details.code = make_error_code(errc::pool_too_large);
  details.message = "the pool may open " + std::to_string(wanted) + " connections, the server admits " +
                    std::to_string(limit.connections) + " (" + limit.source + ")";
  details.stage = "connect";
  co_return error_info(std::move(details));
}

void pool_core::watch(pooled_connection& slot) {
  slot.core->on_lost([weak = weak_from_this(), &slot](stream::socket_type socket) {
    if (const auto self = weak.lock()) self->on_lost(slot, std::move(socket));
  });
}

void pool_core::on_lost(pooled_connection& slot, stream::socket_type socket) {
  slot.ended_socket.emplace(std::move(socket));
  report([&](pool_policy& p, auto now) { p.lost(slot.id, now); });
}

}  // namespace pgcoro::detail
