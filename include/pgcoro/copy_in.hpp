// COPY into a table from C++ values: the fastest way in.
//
//   auto in = co_await db.copy_in<std::string, std::optional<int>>(pgcoro::table("users", "name", "age"));
//   for (const person& p : people)
//     if (in.push(p.name, p.age)) co_await in.flush();
//   std::uint64_t loaded = co_await in.finish();
//
// Values are encoded as the columns' own types, which the server is asked for: an int goes into a bigint or numeric
// column. Binary format; PostgreSQL documentation, COPY.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/copy_target.hpp>
#include <pgcoro/detail/copy_flow.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/detail/raw_copy.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro {

template <class... T>
class copy_writer;

namespace detail {

template <class... T>
boost::asio::awaitable<copy_writer<T...>> open_copy_in(std::shared_ptr<connection_core> core, table into,
                                                       query_options options);

/// The row that a writer of these types takes: a struct or tuple of its own, or a tuple of several values.
template <class... T>
struct copied_row {
  using type = std::tuple<T...>;
};
template <class T>
struct copied_row<T> {
  using type = T;
};

/// Rows in the making and those that wait to be sent.
class PGCORO_DECL copy_in_state {
 public:
  copy_in_state(std::shared_ptr<raw_copy> copy, std::shared_ptr<const row_description> columns)
      : copy_(std::move(copy)), columns_(std::move(columns)) {}

  protocol::buffer& out() noexcept { return copy_->staging(); }
  const row_description& columns() const noexcept { return *columns_; }

  /// Where a row begins; a CopyData message is begun if none is.
  std::size_t begin_row() {
    if (!message_open_) [[unlikely]]
      open_message();
    return out().size();
  }
  /// Whether it is time to flush.
  bool end_row() noexcept {
    ++rows_;
    return out().size() >= high_water || copy_->ended();
  }

  std::uint64_t rows() const noexcept { return rows_; }
  std::uint64_t bytes() const noexcept { return flushed_ + copy_->staging().size(); }

  boost::asio::awaitable<void> flush();
  boost::asio::awaitable<std::uint64_t> finish();

 private:
  static constexpr std::size_t high_water = 64 * 1024;

  void open_message();
  void close_message();

  flow_handle<raw_copy> copy_;
  std::shared_ptr<const row_description> columns_;
  std::size_t message_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t flushed_ = 0;
  bool message_open_ = false;
  bool header_written_ = false;
};

}  // namespace detail

/// Writes rows of a struct or tuple (one type), or of several values. Its connection refuses other operations while it
/// is open. Destroyed before finish(), it makes the server drop all that it was given (CopyFail). Moved, not copied;
/// used from one coroutine, on any executor.
///
/// Memory: about twice 64 KiB, if flush() is awaited where push() says so; a row that is larger needs its size.
template <class... T>
class copy_writer {
 public:
  using row_type = typename detail::copied_row<T...>::type;

  copy_writer() noexcept = default;

  /// Adds a row; true where flush() should be awaited before the next. A value that cannot be a value of its column
  /// throws `type_mismatch` or `out_of_range` with row and column; the row is left out then, and others may follow.
  bool push(const row_type& row)
    requires(sizeof...(T) == 1 || detail::is_row<row_type>)
  {
    return push_members(detail::row_shape<row_type>::tie(row));
  }
  bool push(const T&... values)
    requires(sizeof...(T) > 1)
  {
    return push_members(std::tuple<const T&...>(values...));
  }

  /// Sends what was pushed; resumes when the connection can take more. Throws the server's error as soon as it is
  /// known: nothing is loaded then.
  [[nodiscard]] boost::asio::awaitable<void> flush() { return state_->flush(); }

  /// Pushes every element of a range.
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<void> push_all(const Range& rows) {
    for (const auto& row : rows)
      if (push(row)) co_await flush();
  }
  /// Pushes what `next`, a function that gives awaitable<std::optional<Row>>, comes up with, until that is nothing. It
  /// must outlive the operation. An exception of its own comes out here; unless it is caught and the writer goes on,
  /// nothing is loaded.
  template <class Next>
  [[nodiscard]] boost::asio::awaitable<void> push_from(Next& next) {
    while (auto row = co_await next())
      if (push(*row)) co_await flush();
  }

  /// The end: gives the number of rows that the server has loaded.
  [[nodiscard]] boost::asio::awaitable<std::uint64_t> finish() { return state_->finish(); }

  /// Rows and bytes that were pushed so far.
  std::uint64_t rows() const noexcept { return state_->rows(); }
  std::uint64_t bytes() const noexcept { return state_->bytes(); }

 private:
  using members = typename detail::row_shape<row_type>::members;
  static constexpr std::size_t count = members::size;

  template <class... U>
  friend boost::asio::awaitable<copy_writer<U...>> detail::open_copy_in(std::shared_ptr<detail::connection_core>, table,
                                                                        query_options);

  static std::array<const detail::copy_member*, count> member_table() {
    return []<class... M>(detail::type_list<M...>) {
      return std::array<const detail::copy_member*, count>{&detail::copy_member_of<M>...};
    }(members());
  }

  template <class References>
  bool push_members(const References& values) {
    detail::copy_in_state& state = *state_;
    const std::size_t start = state.begin_row();
    std::size_t column = 0;
    const errc failed =
        detail::write_copy_row(values, columns_.data(), state.out(), column, std::make_index_sequence<count>());
    if (failed != errc{}) [[unlikely]] {
      state.out().truncate(start);
      refuse(failed, column, values, std::make_index_sequence<count>());
    }
    return state.end_row();
  }

  template <class References, std::size_t... I>
  [[noreturn]] void refuse(errc why, std::size_t column, const References& values, std::index_sequence<I...>) const {
    const std::array<const void*, count> all{static_cast<const void*>(&std::get<I>(values))...};
    const row_description& columns = state_->columns();
    throw_error(detail::copy_value_error(why, state_->rows() + 1, *member_table()[column], columns.columns[column],
                                         columns.registry.get(), all[column]));
  }

  std::unique_ptr<detail::copy_in_state> state_;
  std::array<detail::copy_column, count> columns_;
};

namespace detail {

template <class... T>
boost::asio::awaitable<copy_writer<T...>> open_copy_in(std::shared_ptr<connection_core> core, table into,
                                                       query_options options) {
  using shape = row_shape<typename copied_row<T...>::type>;
  if constexpr (shape::by_name)
    if (into.columns().empty())
      for (const std::string_view name : shape::names) into.add_column(name);
  auto columns = co_await describe_columns(core, describing_text(into), options);
  copy_writer<T...> writer;
  const auto members = copy_writer<T...>::member_table();
  if (const error_info refused = plan_copy(members, *columns, writer.columns_)) throw_error(refused);
  auto copy =
      co_await begin_copy_in(std::move(core), "COPY " + copy_text(into) + " FROM STDIN (FORMAT binary)", options);
  writer.state_ = std::make_unique<copy_in_state>(std::move(copy), std::move(columns));
  co_return std::move(writer);
}

}  // namespace detail
}  // namespace pgcoro
