// Counts what a piece of code allocates on the heap.
#pragma once

#include <cstddef>

namespace pgcoro::testing {

/// Calls of operator new so far, in this thread.
std::size_t allocations_so_far() noexcept;

template <class F>
std::size_t allocations_of(F f) {
  const std::size_t before = allocations_so_far();
  f();
  return allocations_so_far() - before;
}

}  // namespace pgcoro::testing
