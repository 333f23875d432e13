// The parameters of one row among many: execute_many() with scalars, tuples, pairs or structs, always by position.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <utility>

#include <pgcoro/detail/argument_type.hpp>
#include <pgcoro/detail/row_shape.hpp>

namespace pgcoro::detail {

/// Writes the members of `row` as all parameters of a Bind, see encode_arguments().
template <class T>
[[nodiscard]] error_info encode_row(const T& row, std::span<const oid> types, protocol::bind_writer& out,
                                    const type_registry* registry = nullptr) {
  return [&]<class... M, std::size_t... I>(type_list<M...>, std::index_sequence<I...>) {
    const auto& members = row_shape<T>::tie(row);
    const std::array<argument_view, sizeof...(M)> views{argument_view{&argument_type_of<M>, &std::get<I>(members)}...};
    return encode_arguments(views, types, registry, out);
  }(typename row_shape<T>::members(), std::make_index_sequence<row_shape<T>::members::size>());
}

/// See arguments::declared_oids().
template <class T>
[[nodiscard]] std::array<oid, row_shape<T>::members::size> declared_oids_of_row() noexcept {
  return []<class... M>(type_list<M...>) {
    return std::array<oid, sizeof...(M)>{argument_type_of<M>.declared...};
  }(typename row_shape<T>::members());
}

}  // namespace pgcoro::detail
