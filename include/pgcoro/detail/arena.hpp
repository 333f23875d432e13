// Memory for objects that die together: taken in a row, kept for the next round.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace pgcoro::detail {

class arena {
 public:
  /// Uninitialised memory, aligned for anything, valid until `clear`.
  void* allocate(std::size_t n) {
    n = (n + alignment - 1) / alignment * alignment;
    while (current_ < blocks_.size() && blocks_[current_].size - used_ < n) {
      ++current_;
      used_ = 0;
    }
    if (current_ == blocks_.size()) {
      const std::size_t size = std::max(n, blocks_.empty() ? first_block : 2 * blocks_.back().size);
      blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    }
    void* const at = blocks_[current_].memory.get() + used_;
    used_ += n;
    return at;
  }

  /// Everything allocated may be given out again. Memory is kept.
  void clear() noexcept { current_ = used_ = 0; }

 private:
  static constexpr std::size_t alignment = alignof(std::max_align_t);
  static constexpr std::size_t first_block = 4096;

  struct block {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
  };
  std::vector<block> blocks_;
  std::size_t current_ = 0;
  std::size_t used_ = 0;
};

}  // namespace pgcoro::detail
