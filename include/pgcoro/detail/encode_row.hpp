// The parameters of one row among many: execute_many() with scalars, tuples, pairs or structs, always by position.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/detail/argument_pack.hpp>
#include <pgcoro/detail/encode_values.hpp>
#include <pgcoro/detail/parameter.hpp>
#include <pgcoro/detail/row_shape.hpp>

namespace pgcoro::detail {

/// Writes the members of `row` as all parameters of a Bind. The error names the parameter; `out` is then to be dropped.
template <class T>
[[nodiscard]] error_info encode_row(const T& row, std::span<const oid> types, protocol::bind_writer& out,
                                    const type_registry* registry = nullptr) {
  return std::apply(
      [&](const auto&... member) -> error_info {
        const encode_failure failure = encode_values(types, registry, out, plain(member)...);
        if (!failure) [[likely]]
          return {};
        out.fail(failure.code);
        return explain_encode_failure(failure, types, plain(member)...);
      },
      row_shape<T>::tie(row));
}

template <class Members>
inline constexpr bool declared_oids_of = false;
template <class... M>
inline constexpr std::array<oid, sizeof...(M)> declared_oids_of<std::tuple<M...>>{
    declared_oid<not_null_t<std::remove_cvref_t<decltype(plain(std::declval<const M&>()))>>>...};

/// See arguments::declared_oids().
template <class T>
[[nodiscard]] std::span<const oid> declared_oids_of_row() noexcept {
  return declared_oids_of<typename row_shape<T>::members>;
}

}  // namespace pgcoro::detail
