// Rows of changes become C++ values: as query rows do (row_mapping.hpp), but that each value says its own format, and
// may be left out as unchanged. What a type takes of a relation is looked up once and kept with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/detail/row_type.hpp>
#include <pgcoro/detail/tuple_reader.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/replication/maybe_unchanged.hpp>
#include <pgcoro/replication/relation.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro::detail {

/// How the values of one column become a member: in text and in binary. A format that the member's type cannot be read
/// from has no decoder.
struct tuple_plan {
  column_plan as[2];

  [[nodiscard]] const column_plan& of(const tuple_value& value) const noexcept {
    return as[static_cast<std::size_t>(value.format())];
  }
};

/// What one C++ type takes of the rows of one relation. Immutable.
struct tuple_layout {
  /// From the list that the relation keeps, made where it is not there yet.
  PGCORO_DECL static const tuple_layout& of(const replication::relation& table, bool key_only, const row_type& type);
  static void destroy_all(const tuple_layout* first) noexcept;

  const row_type* type = nullptr;
  bool key_only = false;
  error_info refused;                       ///< why nothing can be made of the columns; empty where it can
  std::vector<tuple_plan> plans;            ///< of each member
  std::vector<std::uint16_t> members = {};  ///< of each column, the member; no_column where there is none
  const tuple_layout* next = nullptr;

 private:
  static const tuple_layout* find(const tuple_layout* first, bool key_only, const row_type& type) noexcept {
    while (first != nullptr && (first->type != &type || first->key_only != key_only)) first = first->next;
    return first;
  }
};

/// errc::not_available.
PGCORO_DECL error_info unchanged_error(std::string_view column);

/// What a failed status means.
PGCORO_DECL error_info tuple_error(const replication::relation& table, const tuple_layout& layout, errc why,
                                   std::size_t member, const tuple_value& value);

/// The value of the same column in the old row; of a column of whole rows.
PGCORO_DECL tuple_value old_value(const replication::relation& table, const std::byte* old,
                                  std::size_t column) noexcept;

template <class M>
struct sent_value {
  using type = M;
};
template <class M>
struct sent_value<replication::maybe_unchanged<M>> {
  using type = M;
};

template <class Members>
struct sent_members;
template <class... M>
struct sent_members<type_list<M...>> {
  using type = type_list<typename sent_value<M>::type...>;
};

/// row_type_of<T>, but that members which may be unchanged count as what they are when they are sent.
template <class T>
inline constexpr row_type tuple_type_of =
    make_row_type<T, typename sent_members<typename row_shape<T>::members>::type>();

template <class M>
[[gnu::always_inline]] inline errc read_tuple_member(const tuple_value& value, M& out, const tuple_plan& plan) {
  if (value.kind == value_kind::unchanged) [[unlikely]]
    return errc::not_available;
  const column_plan& chosen = plan.of(value);
  if (chosen.decoder == nullptr && value.kind != value_kind::null) [[unlikely]]
    return errc::type_mismatch;
  return read_member(value.bytes, out, chosen);
}

template <class M>
errc read_tuple_member(const tuple_value& value, replication::maybe_unchanged<M>& out, const tuple_plan& plan) {
  if (value.kind != value_kind::unchanged) return read_tuple_member(value, out.engage(), plan);
  out.set_unchanged();
  return errc{};
}

/// One row, of which the layout is known. `values` outlives a failure: what failed is among them.
template <class Row, std::size_t... I>
errc read_members(const tuple_value* values, Row&& members, const tuple_layout& layout, std::size_t& failed,
                  std::index_sequence<I...>) {
  errc failure{};
  const tuple_plan* const plans = layout.plans.data();
  const auto read = [&](auto& to, std::size_t member) {
    failed = member;
    if (plans[member].as[0].column == no_column) return true;  // of a lax type: it keeps its default
    failure = read_tuple_member(values[member], to, plans[member]);
    return failure == errc{};
  };
  static_cast<void>((read(std::get<I>(members), I) && ...));
  return failure;
}

/// Hands the values of a row to the members that take them; unchanged ones as the old row has them, if it is known.
PGCORO_DECL void collect_values(const replication::relation& table, const tuple_layout& layout,
                                const tuple_bytes& bytes, std::span<tuple_value> values) noexcept;

template <class T>
[[nodiscard]] error_info decode_tuple(const replication::relation& table, bool key_only, const tuple_bytes& bytes,
                                      T& out) {
  using shape = row_shape<T>;
  constexpr std::size_t size = shape::members::size;
  const tuple_layout& layout = tuple_layout::of(table, key_only, tuple_type_of<T>);
  if (layout.refused) [[unlikely]]
    return layout.refused;
  std::array<tuple_value, size> values;
  collect_values(table, layout, bytes, values);
  std::size_t failed = 0;
  const errc failure = read_members(values.data(), shape::tie(out), layout, failed, std::make_index_sequence<size>());
  if (failure == errc{}) [[likely]]
    return {};
  return tuple_error(table, layout, failure, failed, values[failed]);
}

}  // namespace pgcoro::detail
