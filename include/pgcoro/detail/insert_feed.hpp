// Rows of a range as binary COPY, pulled by the session.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <pgcoro/detail/copy_peer.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/insert_plan.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro::detail {

/// `plan` must outlive it.
template <class Range>
class insert_feed final : public copy_row_source {
 public:
  using row = row_of<Range>;

  /// `chosen`: the members that go to the columns, in their order, which is that of the row.
  insert_feed(Range& range, const insert_plan& plan, std::span<const std::size_t> chosen)
      : at_(range.begin()), end_(range.end()), plan_(plan), columns_(chosen.size()), at_once_(chosen.size() == count) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      column_of_[chosen[i]] = i + 1;
      writers_[chosen[i]] = plan.writers[i];
      at_once_ = at_once_ && plan.writers[i].sized;
    }
  }

  status next(protocol::buffer& out) override {
    if (ended_) return status::end;
    const protocol::copy_mark message = protocol::begin_copy_data(out);
    const std::size_t begin = out.size();
    if (row_ == 0) write_copy_header(out);
    for (; at_ != end_ && out.size() - begin < message_bytes; ++at_, ++row_) {
      const row& each = *at_;
      if (!write(row_shape<row>::tie(each), out)) return status::failed;
    }
    ended_ = at_ == end_;
    if (ended_) write_copy_trailer(out);
    return end(out, message) ? status::row : status::failed;
  }
  error_info take_error() override { return std::move(error_); }

 private:
  using members = typename row_shape<row>::members;
  using indices = std::make_index_sequence<members::size>;
  static constexpr std::size_t count = members::size;
  static constexpr std::size_t message_bytes = 128 * 1024;

  template <class Values>
  bool write(const Values& values, protocol::buffer& out) {
    return write_at_once(values, out, indices()) || write_each(values, out, indices());
  }

  /// The usual case: all members, all of a size that is known.
  template <class Values, std::size_t... I>
  bool write_at_once(const Values& values, protocol::buffer& out, std::index_sequence<I...> each) {
    if constexpr ((sized_in_advance<not_null_t<std::remove_cvref_t<std::tuple_element_t<I, Values>>>> && ...))
      return at_once_ && store_copy_row(values, out, std::min(out.room(), protocol::max_message_length), each);
    else
      return false;
  }

  template <class Values, std::size_t... I>
  bool write_each(const Values& values, protocol::buffer& out, std::index_sequence<I...>) {
    out.append_u16(static_cast<std::uint16_t>(columns_));
    return (write_member<I>(std::get<I>(values), out) && ...);
  }

  template <std::size_t I, class M>
  bool write_member(const M& value, protocol::buffer& out) {
    if (column_of_[I] == 0) return true;
    const errc failed = write_copy_member(value, writers_[I], out);
    if (failed == errc{}) [[likely]]
      return true;
    const row_description& columns = *plan_.columns;
    error_ = copy_value_error(failed, row_, copy_member_of<M>, columns.columns[column_of_[I] - 1],
                              columns.registry.get(), &value);
    return false;
  }

  bool end(protocol::buffer& out, protocol::copy_mark message) {
    const errc failed = protocol::end_copy_data(out, message);
    if (failed != errc{}) error_ = row_error(error_info(make_error_code(failed), "it is too long for a message"), row_);
    return failed == errc{};
  }

  decltype(std::declval<Range&>().begin()) at_;
  decltype(std::declval<Range&>().end()) end_;
  const insert_plan& plan_;
  std::size_t columns_;
  std::array<std::size_t, count> column_of_{};  // of each member, from 1; 0: it goes to none
  std::array<copy_column, count> writers_{};    // likewise
  bool at_once_;
  bool ended_ = false;
  std::uint64_t row_ = 0;
  error_info error_;
};

}  // namespace pgcoro::detail
