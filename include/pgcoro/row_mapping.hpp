// Rows become C++ values: scalars, tuples, pairs, structs. The columns are looked at once, then each row is decoded in
// one pass over its bytes, which are validated on the way. Nothing is allocated but what the values themselves own.
//
//   pgcoro::row_decoder<std::tuple<std::int64_t, std::string>> decoder;
//   if (pgcoro::error_info e = decoder.describe(columns)) return e;
//   pgcoro::decode_status s = decoder.decode(body, row);      // for each row
//   if (!s.ok()) return decoder.error(s, columns, body);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/detail/row_type.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro {
namespace detail {

/// Reads the fields in the order of the members. `out`: a tuple of references to these.
template <class References, std::size_t... I>
[[gnu::always_inline]] inline decode_status read_in_order(protocol::data_row_reader& row, References&& out,
                                                          const column_plan* plans, std::index_sequence<I...>) {
  if (row.count() != sizeof...(I)) [[unlikely]]
    return {errc::protocol_error, 0};
  protocol::field field;
  errc failure{};
  std::uint32_t column = 0;
  const bool complete =
      ((column = I, row.next(field) && (failure = read_member(field, std::get<I>(out), plans[I])) == errc{}) && ...);
  if (complete && row.finish()) [[likely]]
    return {};
  // A reader that stops without a decoder's failure has met bytes that are no field.
  return {failure == errc{} ? errc::protocol_error : not_malformed(failure), column};
}

/// Reads the fields in their own order, then each member from its column.
template <class References, std::size_t... I>
decode_status read_by_name(protocol::data_row_reader& row, References&& out, const column_plan* plans,
                           std::index_sequence<I...>) {
  if (row.count() != sizeof...(I)) [[unlikely]]
    return {errc::protocol_error, 0};
  std::array<protocol::field, sizeof...(I)> fields;
  for (protocol::field& field : fields)
    if (!row.next(field)) [[unlikely]]
      return {errc::protocol_error, 0};
  if (!row.finish()) [[unlikely]]
    return {errc::protocol_error, 0};
  errc failure{};
  std::size_t member = 0;
  const bool complete =
      ((member = I, (failure = read_member(fields[plans[I].column], std::get<I>(out), plans[I])) == errc{}) && ...);
  if (complete) [[likely]]
    return {};
  return {not_malformed(failure), plans[member].column};
}

/// Reads the fields in their own order, then each member that has a column from that.
template <class References, std::size_t... I>
decode_status read_lax(protocol::data_row_reader& row, References&& out, const column_plan* plans,
                       std::index_sequence<I...>) {
  std::array<protocol::field, sizeof...(I)> fields;
  std::size_t found = 0;
  protocol::field field;
  for (std::uint16_t column = 0; row.next(field); ++column) {
    if (found == sizeof...(I)) continue;
    const std::uint16_t member = plans[found].by_column;
    if (plans[member].column != column) continue;
    fields[member] = field;
    ++found;
  }
  // The row has the columns that its description promised, or it is malformed.
  if (!row.finish() || (found != sizeof...(I) && plans[plans[found].by_column].column != no_column)) [[unlikely]]
    return {errc::protocol_error, 0};
  errc failure{};
  std::size_t member = 0;
  const auto read = [&](const protocol::field& from, auto& to, const column_plan& plan) {
    return plan.column == no_column ? errc{} : read_member(from, to, plan);
  };
  const bool complete = ((member = I, (failure = read(fields[I], std::get<I>(out), plans[I])) == errc{}) && ...);
  if (complete) [[likely]]
    return {};
  return {not_malformed(failure), plans[member].column};
}

/// Decodes the body of one DataRow into `out`, as its columns were planned. After a failure some members are assigned.
template <class T>
[[nodiscard, gnu::always_inline]] inline decode_status decode_row(std::span<const std::byte> body, T& out,
                                                                  const column_plan* plans) {
  using shape = row_shape<T>;
  constexpr auto indices = std::make_index_sequence<shape::members::size>();
  protocol::data_row_reader row(body);
  if constexpr (row_is_lax<T>)
    return read_lax(row, shape::tie(out), plans, indices);
  else if constexpr (shape::by_name)
    return read_by_name(row, shape::tie(out), plans, indices);
  else
    return read_in_order(row, shape::tie(out), plans, indices);
}

}  // namespace detail

/// Decodes rows of one description into T: a type with a codec (one column), a std::tuple or std::pair, an aggregate
/// (by position), a described struct (by name: each member has a column, each column a member, but see is_lax). T need
/// not own what it decodes to; views point into the row's bytes. A decoder holds no reference to the description.
template <class T>
class row_decoder {
 public:
  /// Prepares for rows with these columns. column_count_mismatch, no_such_column or type_mismatch, naming the column,
  /// its PostgreSQL type and the C++ type; on success the answer is empty.
  [[nodiscard]] error_info describe(const row_description& columns) {
    return detail::plan_columns(detail::row_type_of<T>, columns, plans_);
  }

  /// Decodes the body of one DataRow. Requires a successful describe(). After a failure some members are assigned.
  [[nodiscard, gnu::always_inline]] decode_status decode(std::span<const std::byte> body, T& out) const {
    return detail::decode_row(body, out, plans_.data());
  }

  /// What a failed status means, with the column's name, its type, the C++ type and, for numbers, the value.
  [[nodiscard]] error_info error(decode_status status, const row_description& columns,
                                 std::span<const std::byte> body) const {
    return detail::decode_error(detail::row_type_of<T>, plans_, status, columns, body);
  }

  /// The format in which each column is best asked for. `out` has one element a column; those without a member keep
  /// what they hold.
  static void choose_formats(const row_description& columns, std::span<protocol::format> out) noexcept {
    detail::choose_formats(detail::row_type_of<T>, columns, out);
  }

  /// The format of each column where nothing is known of them but their places; empty where they are found by name.
  [[nodiscard]] static std::span<const protocol::format> preferred_formats() noexcept {
    return detail::formats_by_position(detail::row_type_of<T>);
  }

 private:
  std::array<detail::column_plan, detail::row_shape<T>::members::size> plans_;
};

}  // namespace pgcoro
