// The elements of an array, one by one in row-major order, from either format.
//
//   if (const errc e = source.open(bytes, from); e != errc{}) return e;      // the shape is known and checked now
//   for (protocol::field f; …; ) if (!source.next(f)) return errc::invalid_value;
//   return source.finish();
//
// Opening allocates nothing, and no shape has more elements than there are bytes for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/array_shape.hpp>
#include <pgcoro/detail/literal.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {

/// Binary: number of dimensions, flags, type of the elements, dimensions, then each element with its size (array_send).
class binary_array {
 public:
  PGCORO_DECL errc open(protocol::bytes_view bytes, const value_type& from) noexcept;

  [[nodiscard]] const array_shape& shape() const noexcept { return shape_; }
  /// What the elements are, as the array itself says it.
  [[nodiscard]] const value_type& element() const noexcept { return element_; }

  bool next(protocol::field& out) noexcept {
    if (remaining() < 4) [[unlikely]]
      return false;
    const auto size = protocol::load_be<std::int32_t>(at_);
    const std::byte* const data = at_ + 4;
    if (size < 0) {
      out = {};
      at_ = data;
      return size == -1;
    }
    if (static_cast<std::size_t>(size) > static_cast<std::size_t>(last_ - data)) [[unlikely]]
      return false;
    out = {data, size};
    at_ = data + size;
    return true;
  }

  /// Where the next elements are, if the bytes for `count` of `size` bytes each are there; else null.
  [[nodiscard]] const std::byte* fixed(std::size_t count, std::size_t size) const noexcept {
    return remaining() / (4 + size) >= count ? at_ : nullptr;
  }
  /// Goes on behind elements that were read where fixed() said.
  void skip_to(const std::byte* at) noexcept { at_ = at; }

  [[nodiscard]] errc finish() const noexcept { return at_ == last_ ? errc{} : errc::invalid_value; }

 private:
  [[nodiscard]] std::size_t remaining() const noexcept { return static_cast<std::size_t>(last_ - at_); }

  const std::byte* at_ = nullptr;
  const std::byte* last_ = nullptr;
  array_shape shape_;
  value_type element_;
};

/// Text: {1,NULL,"a b"}, {{1,2},{3,4}}, [0:1]={1,2}; int2vector and oidvector: 1 2 3 (array_out). The whole is checked
/// when it is opened.
class PGCORO_DECL text_array {
 public:
  text_array() noexcept = default;
  text_array(const text_array&) = delete;
  text_array& operator=(const text_array&) = delete;

  errc open(protocol::bytes_view bytes, const value_type& from);

  [[nodiscard]] const array_shape& shape() const noexcept { return shape_; }
  [[nodiscard]] const value_type& element() const noexcept { return element_; }

  /// The field is valid until the next one.
  bool next(protocol::field& out);
  [[nodiscard]] errc finish() const noexcept { return errc{}; }

 private:
  struct levels;
  errc read_subscripts();
  errc read_shape();
  errc close_level(levels& open);
  errc read_item(levels& open);

  std::string vector_;  ///< int2vector and oidvector as an array's text
  char special_[3] = {'{', '}', ','};
  literal_rules rules_;
  literal_reader in_;
  array_shape shape_;
  value_type element_;
};

/// Appends the text in front of the elements' braces; nothing where every subscript begins with 1.
PGCORO_DECL void append_subscripts(protocol::buffer& out, std::span<const array_dimension> dimensions);

/// Whether the type is int2vector or oidvector: arrays whose subscripts begin with 0 and whose text has no braces.
constexpr bool is_vector_type(oid type) noexcept { return type == oids::int2vector || type == oids::oidvector; }

}  // namespace pgcoro::detail
