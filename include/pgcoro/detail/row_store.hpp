// The rows of a result: their bodies, one after the other in a few chunks, and one pointer a row. No index of fields.
//
//   row_store rows;
//   rows.append(body);                       // copies
//   const std::byte* first = rows.begin()[0];
//
// A result of a few narrow rows costs one allocation. Rows never move once they are stored, nor does the index when the
// store is moved: views of rows survive that.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include <pgcoro/config.hpp>

namespace pgcoro::detail {

class PGCORO_DECL row_store {
 public:
  row_store() noexcept = default;
  row_store(row_store&& other) noexcept { swap(other); }
  row_store& operator=(row_store&& other) noexcept {
    row_store(std::move(other)).swap(*this);
    return *this;
  }
  ~row_store() { clear(); }

  void append(std::span<const std::byte> body) {
    if (room_ < body.size() || size_ == index_capacity_) [[unlikely]]
      grow(body.size());
    std::memcpy(at_, body.data(), body.size());
    index_[size_++] = at_;
    at_ += body.size();
    room_ -= body.size();
  }

  void clear() noexcept;
  void swap(row_store& other) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The first byte of the body of each row.
  [[nodiscard]] const std::byte* const* begin() const noexcept { return index_; }

 private:
  struct chunk {
    chunk* previous;
  };

  void grow(std::size_t body_size);
  void grow_index();
  std::byte* add_chunk(std::size_t size);

  const std::byte** index_ = nullptr;  ///< in the first chunk, later own_index_
  std::byte* at_ = nullptr;            ///< where the next body goes
  std::size_t room_ = 0;
  std::size_t size_ = 0;
  std::size_t index_capacity_ = 0;
  std::size_t next_chunk_ = 0;
  chunk* newest_ = nullptr;
  const std::byte** own_index_ = nullptr;  ///< owned
};

}  // namespace pgcoro::detail
