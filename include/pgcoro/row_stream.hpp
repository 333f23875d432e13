// Rows in batches, with back-pressure: memory stays flat however large the result is.
//
//   auto rows = co_await db.stream<user>("SELECT * FROM users WHERE age > $1", 18);
//   while (auto batch = co_await rows.next())
//     for (user& u : *batch) use(u);
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <pgcoro/detail/flow_batches.hpp>
#include <pgcoro/detail/row_flow.hpp>
#include <pgcoro/row.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro {

/// The rows of one statement as T: any type that `fetch` takes, or `row_view` for rows as they are.
///
/// While it is open its connection refuses other operations with `errc::connection_busy`. It ends with its last batch,
/// or when it is destroyed: what is left is read past in the background, or cancelled where that takes long. It may be
/// destroyed anywhere; moved, not copied.
///
/// Between two calls of next() nothing is read: the server waits once the sockets' buffers are full, with its snapshot
/// held. A consumer that takes its time is better served by a cursor, or by fetch().
template <class T>
class row_stream {
 public:
  /// A std::span<T>, or a row_batch for row_view.
  using batch_type = typename detail::batch_sink<T>::batch_type;

  row_stream() noexcept = default;
  explicit row_stream(std::shared_ptr<detail::rows_of<T>> rows) noexcept : rows_(std::move(rows)) {}

  /// What has come, at least one row; none at the end. The batch, and memory of strings that are moved out of it, is
  /// used again: it is valid until the next call, also where that is cancelled.
  ///
  /// Throws the statement's error, after the rows that came before it; a decoding error names the column. Cancelled or
  /// overdue, the call ends with the stream as it was: the next one goes on where it stands.
  [[nodiscard]] boost::asio::awaitable<std::optional<batch_type>> next() {
    return detail::next_batch<detail::rows_of<T>, batch_type>(*rows_);
  }

 private:
  detail::flow_handle<detail::rows_of<T>> rows_;
};

namespace detail {

template <class T>
boost::asio::awaitable<row_stream<T>> open_stream(std::shared_ptr<connection_core> core, query_text text,
                                                  arguments parameters, stream_options options) {
  return open_reader<row_stream<T>>(
      std::make_shared<rows_of<T>>(std::move(core), std::move(text), std::move(parameters), options));
}

}  // namespace detail
}  // namespace pgcoro
