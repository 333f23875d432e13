#include "support.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> total{0};

}  // namespace

namespace pgcoro::protocol::test {

bytes_view bytes_that_are_not_there(std::size_t size) noexcept {
  static const std::byte one{};
  return {&one, size};
}

std::size_t allocated() noexcept { return total.load(); }

}  // namespace pgcoro::protocol::test

void* operator new(std::size_t size) {
  total += size;
  // Sanitizers end the program where malloc is asked for more than there is in the world.
  void* const p = size < std::size_t{1} << 40 ? std::malloc(size != 0 ? size : 1) : nullptr;
  if (p == nullptr) throw std::bad_alloc();
  return p;
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
