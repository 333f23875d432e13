// The dimensions of an array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro {

/// One dimension of an array: how many elements, and the subscript of the first.
struct array_dimension {
  std::int32_t size = 0;
  std::int32_t lower = 1;

  friend bool operator==(const array_dimension&, const array_dimension&) = default;
};

/// PostgreSQL's MAXDIM.
inline constexpr std::size_t max_array_dimensions = 6;

namespace detail {

/// An array has dimensions exactly where it has elements.
class array_shape {
 public:
  [[nodiscard]] std::span<const array_dimension> dimensions() const noexcept { return {dimensions_.data(), size_}; }
  [[nodiscard]] std::size_t elements() const noexcept { return elements_; }

  void clear() noexcept { size_ = elements_ = 0; }
  /// Adds a dimension within those that are there. invalid_value: too many of them, a negative size, or subscripts or
  /// a number of elements beyond 32 bits.
  PGCORO_DECL errc add(array_dimension dimension) noexcept;

 private:
  std::array<array_dimension, max_array_dimensions> dimensions_;
  std::size_t size_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace detail
}  // namespace pgcoro
