// Enums as text, without the C++ type.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>

namespace pgcoro::detail {

inline constexpr std::size_t no_label = static_cast<std::size_t>(-1);

/// Where the label stands; no_label where it is not among them.
PGCORO_DECL std::size_t find_label(std::span<const std::string_view> labels, std::string_view label) noexcept;

/// Whether the values of the type may be labels: an enum, text, or a type that nobody has looked up.
PGCORO_DECL bool may_hold_labels(const value_type& type) noexcept;

/// The format in which a label goes to a type that may hold one.
PGCORO_DECL protocol::format label_format(const value_type& to) noexcept;

}  // namespace pgcoro::detail
