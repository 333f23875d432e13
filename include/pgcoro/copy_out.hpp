// COPY out of a table or query into C++ values: binary, or text or CSV where copy_options are given; batches with
// back-pressure, in constant memory.
//
//   auto out = co_await db.copy_out<std::int32_t, std::string>("SELECT id, name FROM users");
//   while (auto batch = co_await out.next())
//     for (auto& [id, name] : *batch) use(id, name);
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_options.hpp>
#include <pgcoro/copy_target.hpp>
#include <pgcoro/detail/binary_copy_reader.hpp>
#include <pgcoro/detail/copy_flow.hpp>
#include <pgcoro/detail/flow_batches.hpp>
#include <pgcoro/detail/text_copy_reader.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro {

/// Rows of a COPY as a struct or tuple (one type), as tuples of several types, or as `row_view`. Like a `row_stream` in
/// all else: who holds the connection, what becomes of one that is dropped, what a batch is.
template <class... T>
class copy_reader {
 public:
  using row_type = typename detail::copied_row<T...>::type;
  using batch_type = typename detail::batch_sink<row_type>::batch_type;

  copy_reader() noexcept = default;
  explicit copy_reader(std::shared_ptr<detail::copied_rows<row_type>> rows) noexcept : rows_(std::move(rows)) {}

  /// What has come, at least one row; none at the end. Errors name the row, and the column where a value cannot be a T.
  [[nodiscard]] boost::asio::awaitable<std::optional<batch_type>> next() {
    return detail::next_batch<detail::copied_rows<row_type>, batch_type>(*rows_);
  }

 private:
  detail::flow_handle<detail::copied_rows<row_type>> rows_;
};

namespace detail {

template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_copy_out(std::shared_ptr<connection_core> core, copy_source from,
                                                        stream_options options) {
  auto columns = co_await describe_columns(core, from.describing(), options.of_each_wait(), protocol::format::binary);
  using flow_type = copied_rows_by<typename copied_row<T...>::type, binary_copy_reader>;
  const std::size_t count = columns->columns.size();
  auto rows = std::make_shared<flow_type>(std::move(core), "COPY " + from.text() + " TO STDOUT (FORMAT binary)",
                                          std::move(columns), protocol::format::binary, options, count);
  co_return co_await open_reader<copy_reader<T...>>(std::move(rows));
}

template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_text_copy_out(std::shared_ptr<connection_core> core, copy_source from,
                                                             copy_options format, stream_options options) {
  auto columns = co_await describe_columns(core, from.describing(), options.of_each_wait(), protocol::format::text);
  copy_dialect dialect;
  if (const error_info refused = format.resolve(*columns, dialect)) throw_error(refused);
  using flow_type = copied_rows_by<typename copied_row<T...>::type, text_copy_reader>;
  auto rows = std::make_shared<flow_type>(std::move(core), "COPY " + from.text() + " TO STDOUT" + format.to_clause(),
                                          std::move(columns), protocol::format::text, options, std::move(dialect));
  rows->set_need(format.to_need());
  co_return co_await open_reader<copy_reader<T...>>(std::move(rows));
}

}  // namespace detail
}  // namespace pgcoro
