// What a C++ type wants of a row, as a table, and all that is done with it once for a statement.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/detail/constant_table.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro {

/// How the decoding of one row went.
struct decode_status {
  errc code{};               ///< errc::protocol_error: the row is no row of that description; else see decode_function
  std::uint32_t column = 0;  ///< the column that failed

  constexpr bool ok() const noexcept { return code == errc{}; }
  constexpr bool malformed() const noexcept { return code == errc::protocol_error; }
};

namespace detail {

struct row_type {
  constant_table<const member_type*> members;
  constant_table<std::string_view> names;              ///< of the members; empty where columns are found by position
  constant_table<protocol::format> preferred_formats;  ///< of the members

  detail::cpp_name cpp_name;
  bool lax;  ///< columns without a member and members without a column are left alone

  bool by_name() const noexcept { return !names.empty(); }
};

/// Finds the column and the decoder of each member. column_count_mismatch, no_such_column, type_mismatch.
PGCORO_DECL error_info plan_columns(const row_type& type, const row_description& columns, std::span<column_plan> plans);

/// What a failed decode_status means.
PGCORO_DECL error_info decode_error(const row_type& type, std::span<const column_plan> plans, decode_status status,
                                    const row_description& columns, std::span<const std::byte> body);

/// The format in which each column is best asked for; columns without a member are left alone.
PGCORO_DECL void choose_formats(const row_type& type, const row_description& columns,
                                std::span<protocol::format> out) noexcept;

/// The formats where nothing is known of the columns but their places; empty where they are found by name.
PGCORO_DECL std::span<const protocol::format> formats_by_position(const row_type& type) noexcept;

/// A decoder that the user wrote must not pass for a malformed row.
inline errc not_malformed(errc code) noexcept { return code == errc::protocol_error ? errc::invalid_value : code; }

template <class Members>
struct member_tables;
template <class... M>
struct member_tables<type_list<M...>> {
  static_assert(sizeof...(M) != 0, "pgcoro: a row has at least one column, this type has no member");
  static constexpr const member_type* types[] = {&member_type_of<M>...};
  static constexpr protocol::format formats[] = {preferred_format<not_null_t<M>>...};
};
template <class T, class Members = typename row_shape<T>::members>
constexpr row_type make_row_type() noexcept {
  using tables = member_tables<Members>;
  row_type made{{tables::types, Members::size}, {}, {tables::formats, Members::size}, cpp_name_of<T>, row_is_lax<T>};
  if constexpr (row_shape<T>::by_name) made.names = {row_shape<T>::names.data(), Members::size};
  return made;
}

template <class T>
inline constexpr row_type row_type_of = make_row_type<T>();

}  // namespace detail
}  // namespace pgcoro
