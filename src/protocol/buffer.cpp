#include <algorithm>
#include <limits>

#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::protocol {

namespace {

constexpr std::size_t least_capacity = 512;

}  // namespace

void buffer::make_room(std::size_t n) {
  const std::size_t used = size();
  const std::size_t in_front = capacity() - room() - used;
  // Moving at most as many bytes as were consumed keeps the cost of each byte constant.
  if (room() + in_front >= n && used <= in_front) {
    if (used != 0) std::memcpy(storage_, first_, used);
    clear();
    last_ += used;
    return;
  }
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  const std::size_t wanted = n > most - used ? most : used + n;  // `most` is what no allocator gives
  const std::size_t doubled = capacity() > most / 2 ? most : capacity() * 2;
  const std::size_t grown = std::max({wanted, doubled, least_capacity});
  auto* const larger = new std::byte[grown];
  if (used != 0) std::memcpy(larger, first_, used);
  delete[] std::exchange(storage_, larger);
  limit_ = storage_ + grown;
  clear();
  last_ += used;
}

void buffer::shrink(std::size_t max_capacity) noexcept {
  if (empty() && capacity() > max_capacity) *this = buffer();
}

}  // namespace pgcoro::protocol
