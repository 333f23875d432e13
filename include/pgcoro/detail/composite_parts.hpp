// The bytes of composite values, taken apart, and which attribute is which member of a C++ type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/literal.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro {

struct type_info;

namespace detail {

struct composite_part {
  oid type = 0;  ///< 0 where neither the value nor the registry says it
  protocol::field field;
};

/// Binary: a count, then each attribute with its type and size (record_send). Text: (1,"a b",), where nothing is NULL
/// (record_out). `out` has an element for each attribute: another number of them is out_of_range. `unescaped` keeps
/// what the fields of text point to.
PGCORO_DECL errc split_composite(protocol::bytes_view bytes, const value_type& from, std::span<composite_part> out,
                                 std::string& unescaped);

/// The composite type that `type` is, by itself or as a domain; null where it is none, or not known.
PGCORO_DECL const type_info* composite_type(const value_type& type) noexcept;

/// Whether values of the type may be composite: it is one, record, or a type that nobody has looked up.
PGCORO_DECL bool may_be_composite(const value_type& type) noexcept;

/// Finds the attribute of each of the members: by name where `known` is given and there are names, else each where it
/// stands. False where an attribute has no member, or a member no attribute.
PGCORO_DECL bool match_attributes(const type_info* known, std::span<const std::string_view> names,
                                  std::span<std::uint16_t> attributes) noexcept;

/// The type of an attribute; 0 where `known` is null.
PGCORO_DECL oid attribute_type(const type_info* known, std::size_t attribute) noexcept;

/// Counts how deep composites lie within each other, while it lives, and on this thread: C++ types may be recursive,
/// and values are not to be trusted with the stack.
class PGCORO_DECL nested_scope {
 public:
  enum class what : unsigned char { value, type };

  explicit nested_scope(what counted) noexcept;
  nested_scope(const nested_scope&) = delete;
  nested_scope& operator=(const nested_scope&) = delete;
  ~nested_scope();

  /// Values: deeper than a program can mean. Types: deep enough to know whether they fit.
  [[nodiscard]] bool too_deep() const noexcept { return too_deep_; }

 private:
  what counted_;
  bool too_deep_;
};

}  // namespace detail
}  // namespace pgcoro
