// The digits of a pgcoro::numeric: few lie in the object itself, many on the heap.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace pgcoro::detail {

/// Numbers from 0 to 9999, each four decimal digits.
class decimal_groups {
 public:
  using group = std::uint16_t;
  /// 32 to 29 decimal digits, depending on where the point is.
  static constexpr std::size_t inline_capacity = 8;

  decimal_groups() noexcept = default;
  /// `size` groups with no particular values. Throws std::bad_alloc.
  explicit decimal_groups(std::size_t size) : size_(size) {
    if (size > inline_capacity) heap_ = std::make_unique_for_overwrite<group[]>(size);
  }
  decimal_groups(const decimal_groups& other) : decimal_groups(other.size_) {
    std::copy_n(other.data(), size_, data());
  }
  decimal_groups(decimal_groups&& other) noexcept
      : size_(std::exchange(other.size_, 0)), heap_(std::move(other.heap_)) {
    std::copy_n(other.inline_, inline_capacity, inline_);
  }
  decimal_groups& operator=(decimal_groups other) noexcept {
    size_ = other.size_;
    heap_ = std::move(other.heap_);
    std::copy_n(other.inline_, inline_capacity, inline_);
    return *this;
  }
  ~decimal_groups() = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] group* data() noexcept { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] const group* data() const noexcept { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] group& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] group operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] std::span<const group> all() const noexcept { return {data(), size_}; }

  /// Makes it `size` groups with no particular values. Throws std::bad_alloc.
  void reset(std::size_t size) {
    if (size > inline_capacity)
      heap_ = std::make_unique_for_overwrite<group[]>(size);
    else
      heap_.reset();
    size_ = size;
  }
  /// Drops groups at the end; `size` is at most size().
  void truncate(std::size_t size) noexcept { size_ = size; }
  /// Drops `n` groups in front, at most size().
  void drop_front(std::size_t n) noexcept {
    std::copy(data() + n, data() + size_, data());
    size_ -= n;
  }

 private:
  std::size_t size_ = 0;
  group inline_[inline_capacity] = {};
  std::unique_ptr<group[]> heap_;
};

}  // namespace pgcoro::detail
