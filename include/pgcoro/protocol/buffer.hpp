// Contiguous bytes that grow at the end and shrink from the front: what waits to be sent, what was received.
//
//   std::byte* room = received.prepare(65536);  received.commit(socket.read_some(room, 65536));
//   handle(received.data());                    received.consume(handled);
//
// Growing leaves new bytes uninitialised. Consuming moves nothing; the space in front is reclaimed when room is asked
// for. Every function that adds bytes may move them, so positions are offsets into data(), never pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/bytes.hpp>

namespace pgcoro::protocol {

class PGCORO_DECL buffer {
 public:
  buffer() noexcept = default;
  buffer(buffer&& other) noexcept
      : storage_(std::exchange(other.storage_, nullptr)),
        first_(std::exchange(other.first_, nullptr)),
        last_(std::exchange(other.last_, nullptr)),
        limit_(std::exchange(other.limit_, nullptr)) {}
  buffer& operator=(buffer&& other) noexcept {
    buffer(std::move(other)).swap(*this);
    return *this;
  }
  ~buffer() { delete[] storage_; }
  void swap(buffer& other) noexcept {
    std::swap(storage_, other.storage_);
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(limit_, other.limit_);
  }

  [[nodiscard]] bytes_view data() const noexcept { return {first_, last_}; }
  [[nodiscard]] const std::byte* begin_of_data() const noexcept { return first_; }
  [[nodiscard]] std::byte* begin_of_data() noexcept { return first_; }
  [[nodiscard]] const std::byte* end_of_data() const noexcept { return last_; }
  [[nodiscard]] std::byte* end_of_data() noexcept { return last_; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(last_ - first_); }
  [[nodiscard]] bool empty() const noexcept { return first_ == last_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return static_cast<std::size_t>(limit_ - storage_); }
  /// Bytes that can be added without moving anything.
  [[nodiscard]] std::size_t room() const noexcept { return static_cast<std::size_t>(limit_ - last_); }

  /// Makes room for `n` bytes at the end and returns where they go; commit() adds those that were written there.
  /// Valid until the next call that changes the buffer. Throws std::bad_alloc.
  [[nodiscard]] std::byte* prepare(std::size_t n) {
    if (room() < n) [[unlikely]]
      make_room(n);
    return last_;
  }
  /// Adds `n` of the prepared bytes.
  void commit(std::size_t n) noexcept { last_ += n; }

  /// Drops `n` bytes, at most size(), from the front.
  void consume(std::size_t n) noexcept {
    first_ += n;
    if (first_ == last_) clear();
  }
  /// Drops every byte and keeps the memory.
  void clear() noexcept { first_ = last_ = storage_; }
  /// Drops the bytes from position `size` on, which is at most size().
  void truncate(std::size_t size) noexcept { last_ = first_ + size; }
  /// Cuts `n` bytes out at `position`; both lie inside the data.
  void erase(std::size_t position, std::size_t n) noexcept {
    std::byte* const hole = first_ + position;
    std::memmove(hole, hole + n, static_cast<std::size_t>(last_ - hole) - n);
    last_ -= n;
  }
  /// Gives the memory back where the buffer is empty and holds more than `max_capacity` bytes.
  void shrink(std::size_t max_capacity) noexcept;

  void append(bytes_view bytes) {
    std::byte* const to = prepare(bytes.size());
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    commit(bytes.size());
  }
  void append(std::string_view text) { append(as_bytes(text)); }
  /// Adds an integer of any width in network order.
  template <class Integer>
  void append_be(Integer value) {
    store_be<Integer>(prepare(sizeof(Integer)), value);
    commit(sizeof(Integer));
  }
  void append_u8(std::uint8_t value) { append_be(value); }
  void append_i16(std::int16_t value) { append_be(value); }
  void append_u16(std::uint16_t value) { append_be(value); }
  void append_i32(std::int32_t value) { append_be(value); }
  void append_u32(std::uint32_t value) { append_be(value); }
  void append_i64(std::int64_t value) { append_be(value); }
  void append_u64(std::uint64_t value) { append_be(value); }

 private:
  void make_room(std::size_t n);

  std::byte* storage_ = nullptr;  // owned; a smart pointer to an array would be compiled anew in every user's source
  std::byte* first_ = nullptr;
  std::byte* last_ = nullptr;
  std::byte* limit_ = nullptr;
};

}  // namespace pgcoro::protocol
