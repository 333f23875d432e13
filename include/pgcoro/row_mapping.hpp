// Rows become C++ values: scalars, tuples, pairs, structs. The columns are looked at once, then each row is decoded in
// one pass over its bytes, which are validated on the way. Nothing is allocated but what the values themselves own.
//
//   pgcoro::row_decoder<std::tuple<std::int64_t, std::string>> decoder;
//   if (pgcoro::error_info e = decoder.describe(columns)) return e;
//   pgcoro::decode_status s = decoder.decode(body, row);      // for each row
//   if (!s.ok()) return decoder.error(s, columns, body);
#pragma once

#include <cstddef>
#include <span>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/column_order.hpp>
#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/detail/member_plans.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro {

/// Decodes rows of one description into T: a type with a codec (one column), a std::tuple or std::pair, an aggregate
/// (by position), a described struct (by name: each member has a column, each column a member). T need not own what it
/// decodes to; views point into the row's bytes. A decoder holds no reference to the description.
template <class T>
class row_decoder {
  using shape = detail::row_shape<T>;
  using plans = detail::member_plans<typename shape::members>;
  static_assert(plans::size != 0, "pgcoro: a row has at least one column, this type has no member");

 public:
  /// Prepares for rows with these columns. column_count_mismatch, no_such_column or type_mismatch, naming the column,
  /// its PostgreSQL type and the C++ type; on success the answer is empty.
  [[nodiscard]] error_info describe(const row_description& columns) {
    if (error_info e = order_.match(columns)) [[unlikely]]
      return e;
    const auto column_of = [this](std::size_t member) { return order_.column_of(member); };
    const std::size_t failed = plans_.prepare(columns, column_of);
    if (failed == plans::size) [[likely]]
      return {};
    return detail::column_type_mismatch(columns.columns[column_of(failed)], plans::cpp_name_of(failed));
  }

  /// Decodes the body of one DataRow. Requires a successful describe(). After a failure some members are assigned.
  [[nodiscard]] decode_status decode(std::span<const std::byte> body, T& out) const {
    protocol::data_row_reader row(body);
    return order_.read(plans_, row, shape::tie(out));
  }

  /// What a failed status means, with the column's name, its type, the C++ type and, for numbers, the value.
  [[nodiscard]] error_info error(decode_status status, const row_description& columns,
                                 std::span<const std::byte> body) const {
    if (status.malformed()) return error_info(errc::protocol_error, "a row that contradicts its description");
    return detail::column_conversion_error(status.code, columns.columns[status.column],
                                           detail::field_at(body, status.column),
                                           plans::cpp_name_of(order_.member_of(status.column)));
  }

  /// The format in which each column is best asked for. `out` has one element a column; those without a member keep
  /// what they hold.
  static void choose_formats(const row_description& columns, std::span<protocol::format> out) noexcept {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const column& c = columns.columns[i];
      const std::size_t member = detail::column_order<T>::member_for(c.name, i);
      if (member < plans::size) out[i] = plans::wanted_format(member, c.type, columns.registry.get());
    }
  }

  /// The format of each column where nothing is known of them but their places; empty where they are found by name.
  [[nodiscard]] static std::span<const protocol::format> preferred_formats() noexcept {
    if constexpr (shape::by_name)
      return {};
    else
      return plans::preferred_formats;
  }

 private:
  plans plans_;
  [[no_unique_address]] detail::column_order<T> order_;
};

}  // namespace pgcoro
