// The repeated part of a message: columns, OIDs, format codes, fields of an error, parameters.
//
//   for (const row_description_field& f : description.fields) …            // read: decoded from the wire on the way
//   write(out, row_description{.fields = std::vector{id_field, name_field}})   // written: from an array
//
// A list owns nothing. It points at bytes that a parser has checked, or at an array of the caller's; both must outlive
// it.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>

#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::protocol {

/// How an element of a list stands on the wire: `read(reader&, T&)`, which fails the reader, and
/// `write(message_writer&, const T&)`, which fails the writer.
template <class T>
struct wire_element;

template <>
struct wire_element<oid> {
  static void read(reader& in, oid& out) noexcept { out = in.u32(); }
  static void write(message_writer& out, oid value) { out.u32(value); }
};

template <>
struct wire_element<format> {
  static void read(reader& in, format& out) noexcept {
    const std::size_t offset = in.offset();
    out = static_cast<format>(in.u16());
    if (out != format::text && out != format::binary) in.fail("unknown format code", offset);
  }
  static void write(message_writer& out, format value) { out.u16(static_cast<std::uint16_t>(value)); }
};

template <>
struct wire_element<std::string_view> {
  static void read(reader& in, std::string_view& out) noexcept { out = in.cstring(); }
  static void write(message_writer& out, std::string_view value) { out.cstring(value); }
};

template <class T>
class list {
 public:
  list() noexcept = default;

  /// Elements to be written.
  template <class Array>
    requires std::convertible_to<const Array&, std::span<const T>>
  list(const Array& elements) noexcept  // NOLINT(google-explicit-constructor): stands for the array
      : array_(std::span<const T>(elements).data()), size_(std::span<const T>(elements).size()) {}

  /// Reads `count` elements, checks each and remembers where they stand.
  [[nodiscard]] static list counted(reader& in, std::size_t count) noexcept {
    list result;
    result.wire_ = in;
    T ignored{};
    for (; in.ok() && result.size_ < count; ++result.size_) wire_element<T>::read(in, ignored);
    return in.ok() ? result : list();
  }

  /// Likewise elements up to a zero byte in the place of a next one; the zero is read too.
  [[nodiscard]] static list terminated(reader& in) noexcept {
    list result;
    result.wire_ = in;
    T ignored{};
    for (; in.ok() && !in.skip_zero(); ++result.size_) {
      if (in.remaining() == 0) in.fail("missing terminator");
      wire_element<T>::read(in, ignored);
    }
    return in.ok() ? result : list();
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = T;

    iterator() noexcept = default;
    const T& operator*() const noexcept { return value_; }
    const T* operator->() const noexcept { return &value_; }
    iterator& operator++() noexcept {
      if (array_ != nullptr) ++array_;
      --left_;
      load();
      return *this;
    }
    void operator++(int) noexcept { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.left_ == 0; }

   private:
    friend list;
    iterator(const T* array, const reader& wire, std::size_t left) noexcept : array_(array), wire_(wire), left_(left) {
      load();
    }
    void load() noexcept {
      if (left_ == 0) return;
      if (array_ != nullptr)
        value_ = *array_;
      else
        wire_element<T>::read(wire_, value_);
    }

    const T* array_ = nullptr;
    reader wire_;
    std::size_t left_ = 0;
    T value_{};
  };

  [[nodiscard]] iterator begin() const noexcept { return {array_, wire_, size_}; }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  const T* array_ = nullptr;  ///< set where the elements are an array
  reader wire_;               ///< else stands before the first one
  std::size_t size_ = 0;
};

/// Writes the elements one after the other.
template <class T>
void write_elements(message_writer& out, const list<T>& elements) {
  for (const T& element : elements) wire_element<T>::write(out, element);
}

}  // namespace pgcoro::protocol
