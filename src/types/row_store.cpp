#include <algorithm>
#include <new>

#include <pgcoro/detail/row_store.hpp>

namespace pgcoro::detail {
namespace {

// One row of a dozen columns fits into the first chunk; a large result takes its bodies in pieces of a size that a
// page fault or two a chunk do not show, and wastes no more than the last of them.
constexpr std::size_t rows_in_first_chunk = 8;
constexpr std::size_t first_chunk = 448;
constexpr std::size_t second_chunk = 4096;
constexpr std::size_t largest_chunk = std::size_t{1} << 20;

}  // namespace

std::byte* row_store::add_chunk(std::size_t size) {
  void* const memory = ::operator new(sizeof(chunk) + size);
  newest_ = ::new (memory) chunk{newest_};
  return static_cast<std::byte*>(memory) + sizeof(chunk);
}

void row_store::grow(std::size_t body_size) {
  if (newest_ == nullptr) {
    constexpr std::size_t index_size = rows_in_first_chunk * sizeof(const std::byte*);
    const std::size_t bodies = std::max(body_size, first_chunk - index_size - sizeof(chunk));
    std::byte* const memory = add_chunk(index_size + bodies);
    index_ = ::new (static_cast<void*>(memory)) const std::byte*[rows_in_first_chunk];
    index_capacity_ = rows_in_first_chunk;
    next_chunk_ = second_chunk;
    at_ = memory + index_size;
    room_ = bodies;
    return;
  }
  if (size_ == index_capacity_) grow_index();
  if (room_ < body_size) {
    const std::size_t size = std::max(body_size, next_chunk_ - sizeof(chunk));
    at_ = add_chunk(size);
    room_ = size;
    next_chunk_ = std::min(next_chunk_ * 2, largest_chunk);
  }
}

void row_store::grow_index() {
  const std::size_t capacity = index_capacity_ * 2;
  auto** const larger = new const std::byte*[capacity];
  std::copy_n(index_, size_, larger);
  delete[] std::exchange(own_index_, larger);
  index_ = own_index_;
  index_capacity_ = capacity;
}

void row_store::clear() noexcept {
  while (newest_ != nullptr) {
    chunk* const previous = newest_->previous;
    ::operator delete(newest_);
    newest_ = previous;
  }
  delete[] std::exchange(own_index_, nullptr);
  index_ = nullptr;
  at_ = nullptr;
  room_ = size_ = index_capacity_ = next_chunk_ = 0;
}

void row_store::swap(row_store& other) noexcept {
  std::swap(index_, other.index_);
  std::swap(at_, other.at_);
  std::swap(room_, other.room_);
  std::swap(size_, other.size_);
  std::swap(index_capacity_, other.index_capacity_);
  std::swap(next_chunk_, other.next_chunk_);
  std::swap(newest_, other.newest_);
  std::swap(own_index_, other.own_index_);
}

}  // namespace pgcoro::detail
