#include <algorithm>

#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/enum_labels.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {

std::size_t find_label(std::span<const std::string_view> labels, std::string_view label) noexcept {
  const auto found = std::ranges::find(labels, label);
  return found != labels.end() ? static_cast<std::size_t>(found - labels.begin()) : no_label;
}

bool may_hold_labels(const value_type& type) noexcept {
  return has_text_as_binary(type) || is_unknown_type(type.type, type.registry);
}

protocol::format label_format(const value_type& to) noexcept {
  return has_text_as_binary(to) ? to.format : protocol::format::text;
}

}  // namespace pgcoro::detail
