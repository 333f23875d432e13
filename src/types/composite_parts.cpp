#include <algorithm>

#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/composite_parts.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {
namespace {

errc split_binary(protocol::bytes_view bytes, std::span<composite_part> out) noexcept {
  protocol::reader in(bytes);
  const std::int32_t count = in.i32();
  if (!in.ok() || count < 0) return errc::invalid_value;
  if (static_cast<std::size_t>(count) != out.size()) return errc::out_of_range;
  for (composite_part& part : out) {
    part.type = in.u32();
    const std::int32_t size = in.i32();
    if (size < -1) in.fail("negative size");
    part.field = {};
    if (size < 0 || !in.ok()) continue;
    part.field = {in.bytes(static_cast<std::size_t>(size)).data(), size};
  }
  return in.ok() && in.remaining() == 0 ? errc{} : errc::invalid_value;
}

errc split_text(std::string_view text, const type_info* known, std::span<composite_part> out, std::string& unescaped) {
  literal_reader in(text);
  if (!in.skip('(')) return errc::invalid_value;
  unescaped.clear();
  unescaped.reserve(text.size());  // fields point into it: it never grows
  std::size_t count = 0;
  do {
    literal_word word;
    if (!in.word(composite_rules, word)) return errc::invalid_value;
    if (count == out.size()) return errc::out_of_range;
    composite_part& part = out[count];
    part.type = attribute_type(known, count++);
    part.field = {};
    if (word.text.empty() && !word.quoted) continue;
    const char* const at = unescaped.data() + unescaped.size();
    unescaped.append(word.text);
    part.field = {reinterpret_cast<const std::byte*>(at), static_cast<std::int32_t>(word.text.size())};
  } while (in.skip(','));
  if (!in.skip(')') || !in.at_end()) return errc::invalid_value;
  return count == out.size() ? errc{} : errc::out_of_range;
}

// A value within a hundred others is none that a program can mean; types repeat themselves after a few, if at all.
constexpr int deepest_value = 100;
constexpr int deepest_type = 4;

constinit thread_local int depth_of_values = 0;
constinit thread_local int depth_of_types = 0;

}  // namespace

errc split_composite(protocol::bytes_view bytes, const value_type& from, std::span<composite_part> out,
                     std::string& unescaped) {
  if (from.format == protocol::format::binary) return split_binary(bytes, out);
  return split_text(protocol::as_text(bytes), composite_type(from), out, unescaped);
}

const type_info* composite_type(const value_type& type) noexcept {
  if (type.registry == nullptr) return nullptr;
  const type_info* const known = registered_type(without_domain(type).type, type.registry);
  return known != nullptr && known->kind == type_kind::composite ? known : nullptr;
}

bool may_be_composite(const value_type& type) noexcept {
  return type.type == oids::record || composite_type(type) != nullptr || is_unknown_type(type.type, type.registry);
}

bool match_attributes(const type_info* known, std::span<const std::string_view> names,
                      std::span<std::uint16_t> attributes) noexcept {
  for (std::size_t i = 0; i < attributes.size(); ++i) attributes[i] = static_cast<std::uint16_t>(i);
  if (known == nullptr) return true;
  if (known->attributes.size() != attributes.size()) return false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (known->attributes[i].name == names[i]) continue;
    const auto found = std::ranges::find(known->attributes, names[i], &type_attribute::name);
    if (found == known->attributes.end()) return false;
    attributes[i] = static_cast<std::uint16_t>(found - known->attributes.begin());
  }
  return true;
}

oid attribute_type(const type_info* known, std::size_t attribute) noexcept {
  return known != nullptr && attribute < known->attributes.size() ? known->attributes[attribute].type : 0;
}

nested_scope::nested_scope(what counted) noexcept : counted_(counted) {
  too_deep_ = counted == what::value ? ++depth_of_values > deepest_value : ++depth_of_types > deepest_type;
}

nested_scope::~nested_scope() { --(counted_ == what::value ? depth_of_values : depth_of_types); }

}  // namespace pgcoro::detail
