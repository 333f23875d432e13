// What row streams and COPY's readers have in common: a flow whose rows come in batches.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include <pgcoro/detail/flow.hpp>

namespace pgcoro::detail {

/// What has come, at least one row; none at the end.
template <class Rows, class Batch>
boost::asio::awaitable<std::optional<Batch>> next_batch(Rows& rows) {
  flow_wait wait(rows, flow::until::data);
  co_await wait.done();
  wait.throw_if_failed();
  if (rows.sink().size() == 0) co_return std::nullopt;
  co_return std::optional<Batch>(rows.sink().batch());
}

/// What the user holds, once the server has begun to send.
template <class Reader, class Rows>
boost::asio::awaitable<Reader> open_reader(std::shared_ptr<Rows> rows) {
  Reader reader(rows);
  flow_wait wait(*rows, flow::until::open);
  co_await wait.done();
  wait.throw_if_failed();
  co_return std::move(reader);
}

}  // namespace pgcoro::detail
