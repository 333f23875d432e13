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
#include <span>
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

class copy_options;

namespace detail {

/// The row that a writer of these types takes: a struct or tuple of its own, or a tuple of several values.
template <class... T>
struct copied_row {
  using type = std::tuple<T...>;
};
template <class T>
struct copied_row<T> {
  using type = T;
};

/// What stands in front of the rows and behind them.
struct copy_frame {
  protocol::buffer head;
  protocol::buffer tail;
};

/// Rows in the making and those that wait to be sent.
class PGCORO_DECL copy_in_state {
 public:
  copy_in_state(flow_handle<raw_copy> copy, std::shared_ptr<const row_description> columns, copy_frame frame)
      : copy_(std::move(copy)), out_(copy_->staging()), columns_(std::move(columns)), frame_(std::move(frame)) {}

  /// Throws where the COPY is in another format: a user's statement says which.
  void require_format(protocol::format wanted) const;

  protocol::buffer& out() noexcept { return out_; }
  const row_description& columns() const noexcept { return *columns_; }

  /// Rows may come by end_small_row(), too.
  void expect_small_rows() noexcept { small_rows_ = true; }
  /// What a small row takes at most.
  static constexpr std::size_t small_row = 4096;
  /// Whether a small row can be stored right now: the message is open, there is room, and no flush is due.
  bool takes_small_row() const noexcept { return out_.end_of_data() < small_rows_until_; }
  /// Whether it is time to flush.
  bool end_small_row() noexcept {
    ++rows_;
    return copy_->ended();
  }

  /// Where a row begins; a CopyData message is begun if none is.
  std::size_t begin_row() {
    if (!message_open_) [[unlikely]]
      open_message();
    if (small_rows_) static_cast<void>(out_.prepare(small_row));
    return out_.size();
  }
  /// Whether it is time to flush.
  bool end_row() noexcept {
    ++rows_;
    if (small_rows_) look_for_room();
    return out_.size() >= high_water || copy_->ended();
  }

  std::uint64_t rows() const noexcept { return rows_; }
  std::uint64_t bytes() const noexcept { return flushed_ + out_.size(); }

  boost::asio::awaitable<void> flush();
  boost::asio::awaitable<std::uint64_t> finish();

 private:
  /// About what a socket takes at once: fewer system calls than with 64 KiB, and a tenth less CPU a row.
  static constexpr std::size_t high_water = 192 * 1024;

  void open_message();
  void close_message();
  void look_for_room() noexcept;

  flow_handle<raw_copy> copy_;
  protocol::buffer& out_;
  const std::byte* small_rows_until_ = nullptr;
  std::shared_ptr<const row_description> columns_;
  copy_frame frame_;
  std::size_t message_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t flushed_ = 0;
  bool message_open_ = false;
  bool small_rows_ = false;
};

/// How rows are written in binary.
class PGCORO_DECL binary_rows {
 public:
  template <class M>
  static constexpr const copy_member* member = &copy_member_of<M>;
  static constexpr protocol::format format = protocol::format::binary;

  std::string clause() const { return " (FORMAT binary)"; }
  static constexpr server_need need() noexcept { return {}; }
  [[nodiscard]] error_info prepare(const row_description&) { return {}; }
  copy_frame frame();
  /// Once the columns are planned.
  void planned(std::span<const copy_column> columns, copy_in_state& to) noexcept;

  /// The usual case, small enough to be inlined where rows are pushed. False where it is none: nothing is written then.
  /// `values`: a tuple of references, or of values.
  template <class Values, std::size_t... I>
  [[gnu::always_inline]] bool write_at_once(const Values& values, copy_in_state& to, std::index_sequence<I...> each) {
    if constexpr ((sized_in_advance<not_null_t<std::remove_cvref_t<std::tuple_element_t<I, Values>>>> && ...))
      return to.takes_small_row() && store_copy_row(values, to.out(), copy_in_state::small_row, each);
    else
      return false;
  }
  template <class Values, std::size_t... I>
  errc write(const Values& values, const copy_column* columns, protocol::buffer& out, std::size_t& failed_at,
             std::index_sequence<I...> each) {
    return write_copy_row(values, columns, out, failed_at, each);
  }
};

/// Small values for references to them: where these are handed on and those are not, a loop that pushes keeps its
/// values in registers.
template <class V>
using settled_value =
    std::conditional_t<std::is_trivially_copyable_v<std::remove_cvref_t<V>> && sizeof(std::remove_cvref_t<V>) <= 16,
                       std::remove_cvref_t<V>, V>;
template <class... V>
std::tuple<settled_value<V>...> settled(const std::tuple<V...>& values) {
  return values;
}

/// What writers of rows have in common, in whatever format. `Rows`: how rows are written.
template <class Rows, class... T>
class basic_copy_writer;

template <class Writer, class Rows>
boost::asio::awaitable<Writer> open_writer(std::shared_ptr<connection_core> core, copy_target into, Rows rows,
                                           query_options options);

template <class Rows, class... T>
class basic_copy_writer {
 public:
  using row_type = typename copied_row<T...>::type;

  basic_copy_writer() noexcept = default;

  /// Adds a row; true where flush() should be awaited before the next. A value that cannot be a value of its column
  /// throws `type_mismatch`, `out_of_range` or `invalid_value` with row and column; the row is left out then, and
  /// others may follow.
  [[gnu::always_inline]] bool push(const row_type& row)
    requires(sizeof...(T) == 1 || is_row<row_type>)
  {
    return push_members(row_shape<row_type>::tie(row));
  }
  [[gnu::always_inline]] bool push(const T&... values)
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
  using members = typename row_shape<row_type>::members;
  static constexpr std::size_t count = members::size;

  template <class Writer, class R>
  friend boost::asio::awaitable<Writer> open_writer(std::shared_ptr<connection_core>, copy_target, R, query_options);

  static std::array<const copy_member*, count> member_table() {
    return []<class... M>(type_list<M...>) {
      return std::array<const copy_member*, count>{Rows::template member<M>...};
    }(members());
  }

  template <class Values>
  [[gnu::always_inline]] bool push_members(const Values& values) {
    if (rows_.write_at_once(values, *state_, std::make_index_sequence<count>())) [[likely]]
      return state_->end_small_row();
    return push_in_steps(settled(values));
  }

  template <class Values>
  [[gnu::noinline]] bool push_in_steps(const Values& values) {
    copy_in_state& state = *state_;
    const std::size_t start = state.begin_row();
    std::size_t column = 0;
    const errc failed = rows_.write(values, columns_.data(), state.out(), column, std::make_index_sequence<count>());
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
    throw_error(copy_value_error(why, state_->rows() + 1, *member_table()[column], columns.columns[column],
                                 columns.registry.get(), all[column]));
  }

  std::unique_ptr<copy_in_state> state_;
  std::array<copy_column, count> columns_;
  Rows rows_;
};

}  // namespace detail

/// Writes rows of a struct or tuple (one type), or of several values. Its connection refuses other operations while it
/// is open. Destroyed before finish(), it makes the server drop all that it was given (CopyFail). Moved, not copied;
/// used from one coroutine, on any executor.
///
/// Memory: about twice 192 KiB, if flush() is awaited where push() says so; a row that is larger needs its size.
template <class... T>
class copy_writer : public detail::basic_copy_writer<detail::binary_rows, T...> {};

namespace detail {

template <class Writer, class Rows>
boost::asio::awaitable<Writer> open_writer(std::shared_ptr<connection_core> core, copy_target into, Rows rows,
                                           query_options options) {
  using shape = row_shape<typename Writer::row_type>;
  if constexpr (shape::by_name) into.name_columns(shape::names);
  auto columns = co_await describe_columns(core, into.describing(), options, Rows::format);
  Writer writer;
  const auto members = Writer::member_table();
  if (const error_info refused = plan_copy(members, *columns, Rows::format, writer.columns_)) throw_error(refused);
  if (const error_info refused = rows.prepare(*columns)) throw_error(refused);
  auto copy = co_await begin_copy_in(std::move(core), into.statement(rows.clause()), options, rows.need());
  writer.state_ = std::make_unique<copy_in_state>(std::move(copy), std::move(columns), rows.frame());
  writer.state_->require_format(Rows::format);
  rows.planned(writer.columns_, *writer.state_);
  writer.rows_ = std::move(rows);
  co_return std::move(writer);
}

template <class... T>
boost::asio::awaitable<copy_writer<T...>> open_copy_in(std::shared_ptr<connection_core> core, copy_target into,
                                                       query_options options) {
  return open_writer<copy_writer<T...>>(std::move(core), std::move(into), binary_rows(), options);
}

}  // namespace detail
}  // namespace pgcoro
