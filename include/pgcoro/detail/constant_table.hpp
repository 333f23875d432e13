// The elements of a constant array, wherever it is.
#pragma once

#include <cstddef>

namespace pgcoro::detail {

/// A std::span<const T> for tables that are made in users' sources: making one compiles no concepts of iterators, which
/// cost more than the whole table.
template <class T>
class constant_table {
 public:
  constexpr constant_table() noexcept = default;
  constexpr constant_table(const T* first, std::size_t size) noexcept : first_(first), size_(size) {}

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const T* data() const noexcept { return first_; }
  constexpr const T& operator[](std::size_t i) const noexcept { return first_[i]; }
  constexpr const T* begin() const noexcept { return first_; }
  constexpr const T* end() const noexcept { return first_ + size_; }

 private:
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pgcoro::detail
