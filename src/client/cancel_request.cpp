#include "client/cancel_request.hpp"

#include <pgcoro/protocol/startup.hpp>

namespace pgcoro::detail {

boost::asio::awaitable<cancel_outcome> send_cancel_request(boost::asio::any_io_executor executor, cancel_target target,
                                                           std::chrono::steady_clock::duration limit) {
  auto attempt = std::make_shared<dialer>(executor, target.dialled);
  attempt->expire_after(limit);
  error_info failed = co_await attempt->open(target.endpoint, target.encrypted);
  if (failed) co_return cancel_outcome::not_sent;

  protocol::buffer request;
  if (write(request, protocol::cancel_request{target.process_id, target.key}) != errc{})
    co_return cancel_outcome::not_sent;
  stream& wire = attempt->current();
  if (wire.encrypted()) {
    failed = wire.tls()->encrypt(request.data(), wire.sealed_out());
    if (failed) co_return cancel_outcome::not_sent;
    failed = co_await attempt->write_all(wire.sealed_out());
  } else {
    failed = co_await attempt->write_all(request);
  }
  protocol::buffer ignored;
  while (!failed) {
    failed = co_await attempt->read_some(ignored);
    ignored.clear();
  }
  attempt->finish();
  const bool timed_out = failed.code() == errc::timeout || failed.code() == boost::asio::error::operation_aborted;
  co_return timed_out ? cancel_outcome::unknown : cancel_outcome::processed;
}

}  // namespace pgcoro::detail
