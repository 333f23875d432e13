// Rows of a batch, whose storage is used again for the next: behind row streams and cursors.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/detail/view_iterator.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/row.hpp>

namespace pgcoro {

/// Rows of a stream as they are, valid until the next batch is asked for.
class row_batch {
 public:
  class iterator;

  row_batch(const row_description& columns, const std::byte* bodies, std::span<const std::size_t> offsets) noexcept
      : columns_(&columns), bodies_(bodies), offsets_(offsets) {}

  [[nodiscard]] std::size_t size() const noexcept { return offsets_.size(); }
  [[nodiscard]] row_view operator[](std::size_t index) const noexcept { return {*columns_, bodies_ + offsets_[index]}; }
  [[nodiscard]] const row_description& columns() const noexcept { return *columns_; }
  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;

 private:
  const row_description* columns_;
  const std::byte* bodies_;
  std::span<const std::size_t> offsets_;
};

class row_batch::iterator : public detail::view_iterator<row_view, std::forward_iterator_tag> {
 public:
  iterator() noexcept = default;
  iterator(const row_batch& of, std::size_t index) noexcept : of_(&of), index_(index) {}
  row_view operator*() const noexcept { return (*of_)[index_]; }
  iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  iterator operator++(int) noexcept { return {*of_, index_++}; }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.index_ == b.index_; }

 private:
  const row_batch* of_ = nullptr;
  std::size_t index_ = 0;
};

inline row_batch::iterator row_batch::begin() const noexcept { return {*this, 0}; }
inline row_batch::iterator row_batch::end() const noexcept { return {*this, size()}; }

namespace detail {

/// When a sink has enough, until its batch was used.
struct batch_limits {
  std::size_t rows = SIZE_MAX;
  std::size_t bytes = SIZE_MAX;  ///< of the rows as they came
};

/// Each row is decoded in place of one of the batch before, whose strings and vectors keep their memory.
template <class T>
class batch_sink final : public decoding_sink<T> {
 public:
  using typename row_sink::verdict;
  using batch_type = std::span<T>;

  explicit batch_sink(const batch_limits& limits) noexcept : limits_(limits) {}

  verdict row(std::span<const std::byte> body) override {
    if (size_ == capacity_) [[unlikely]]
      grow();
    T& place = rows_[size_];
    if constexpr (row_is_lax<T>) place = T();
    const verdict decoded = this->decode(body, place);
    if (decoded != verdict::ok) [[unlikely]]
      return decoded;
    bytes_ += body.size();
    return ++size_ >= limits_.rows || bytes_ >= limits_.bytes ? verdict::enough : verdict::ok;
  }
  void restart() override { clear(); }

  std::size_t size() const noexcept { return size_; }
  batch_type batch() noexcept { return {rows_.get(), size_}; }
  void clear() noexcept { size_ = bytes_ = 0; }

 private:
  void grow() {
    // COPY may bring some rows more than are enough.
    const std::size_t most = size_ < limits_.rows ? limits_.rows : 2 * size_;
    const std::size_t capacity = std::max<std::size_t>(16, std::min(most, capacity_ * 2));
    auto larger = std::make_unique<T[]>(capacity);
    std::move(rows_.get(), rows_.get() + size_, larger.get());
    rows_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> rows_;
  std::size_t size_ = 0;
  std::size_t bytes_ = 0;
  std::size_t capacity_ = 0;
  batch_limits limits_;
};

/// Rows as they are.
template <>
class PGCORO_DECL batch_sink<row_view> final : public row_sink {
 public:
  using batch_type = row_batch;

  explicit batch_sink(const batch_limits& limits) noexcept : limits_(limits) {}

  void describe(const std::shared_ptr<const row_layout>& layout) override;
  verdict row(std::span<const std::byte> body) override;
  void complete(std::string_view) override {}
  error_info take_error() override;
  void restart() override { clear(); }
  void choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept override;
  const void* kind() const noexcept override;

  std::size_t size() const noexcept { return offsets_.size(); }
  batch_type batch() const noexcept { return {*description_, bodies_.begin_of_data(), offsets_}; }
  void clear() noexcept {
    bodies_.clear();
    offsets_.clear();
  }

 private:
  std::shared_ptr<const row_description> description_;
  protocol::buffer bodies_;
  std::vector<std::size_t> offsets_;
  batch_limits limits_;
  error_info error_;
};

}  // namespace detail
}  // namespace pgcoro
