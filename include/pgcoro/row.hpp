// One row of a result and one value of a row, as views that own nothing.
//
//   for (pgcoro::row_view row : result) use(row["id"].as<std::int64_t>(), row[1].as<std::string_view>());
//   user u = row.as<user>();
//   for (pgcoro::field_view f : row) print(f.name(), f.is_null() ? "NULL" : f.as<std::string>());
//
// A view is valid as long as the result that it came from, also after that has been moved. Rows were checked when they
// arrived: access neither validates nor allocates. A field is found by walking the sizes of those before it.
#pragma once

#include <cstddef>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/result_fwd.hpp>
#include <pgcoro/detail/view_iterator.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/row_mapping.hpp>

namespace pgcoro {

/// A value of a row.
class PGCORO_DECL field_view {
 public:
  field_view(const row_description& columns, std::size_t index, protocol::field value) noexcept
      : columns_(&columns), index_(index), value_(value) {}

  [[nodiscard]] const pgcoro::column& column() const noexcept { return columns_->columns[index_]; }
  [[nodiscard]] std::string_view name() const noexcept { return column().name; }
  [[nodiscard]] oid type() const noexcept { return column().type; }
  [[nodiscard]] protocol::format format() const noexcept { return column().format; }

  [[nodiscard]] bool is_null() const noexcept { return value_.is_null(); }
  /// The value as it came, in format(); empty where NULL.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return value_.bytes(); }
  /// The value of a text type, or of any type in text format; else it throws as as() does.
  [[nodiscard]] std::string_view text() const;

  /// The value as a T: any type with a codec. Throws pgcoro::error with type_mismatch, unexpected_null, out_of_range or
  /// invalid_value, naming the column, its type and T. std::string takes every base type.
  template <class T>
  [[nodiscard]] T as() const {
    T out{};
    if (const error_info e = read(detail::member_type_of<T>, &out, &read_as<T>)) throw_error(e);
    return out;
  }

  /// The same without the exception. Needs <pgcoro/as_result.hpp>.
  template <class T>
  [[nodiscard]] boost::system::result<T, error_info> get() const {
    T out{};
    if (error_info e = read(detail::member_type_of<T>, &out, &read_as<T>))
      return {boost::system::result<T, error_info>::in_place_error, std::move(e)};
    return out;
  }

 private:
  using read_function = errc (*)(const protocol::field&, void* out, const detail::column_plan&);

  template <class T>
  static errc read_as(const protocol::field& value, void* out, const detail::column_plan& plan) {
    return detail::read_member(value, *static_cast<T*>(out), plan);
  }

  error_info read(const detail::member_type& type, void* out, read_function read_value) const;

  const row_description* columns_;
  std::size_t index_;
  protocol::field value_;
};

class PGCORO_DECL row_view {
 public:
  /// `body`: a DataRow that was checked against `columns`. Both must outlive the view and the fields that it gives.
  row_view(const row_description& columns, const std::byte* body) noexcept : columns_(&columns), body_(body) {}

  /// Number of columns.
  [[nodiscard]] std::size_t size() const noexcept { return columns_->columns.size(); }
  [[nodiscard]] const row_description& columns() const noexcept { return *columns_; }

  /// Throws pgcoro::error with no_such_column.
  [[nodiscard]] field_view operator[](std::size_t index) const;
  /// The first column of that name; compares the names, so that a loop over many rows better uses columns().find()
  /// once.
  [[nodiscard]] field_view operator[](std::string_view name) const;

  /// The whole row as a T, see row_decoder. Throws what field_view::as throws, and column_count_mismatch.
  /// The columns are looked at for each row: fetch<T> does it once for all.
  template <class T>
  [[nodiscard]] T as() const {
    T out{};
    if (const error_info e = read(out)) throw_error(e);
    return out;
  }

  /// The same without the exception. Needs <pgcoro/as_result.hpp>.
  template <class T>
  [[nodiscard]] boost::system::result<T, error_info> get() const {
    T out{};
    if (error_info e = read(out)) return {boost::system::result<T, error_info>::in_place_error, std::move(e)};
    return out;
  }

  /// The body of the DataRow.
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept;

  class iterator;
  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;

 private:
  template <class T>
  error_info read(T& out) const {
    row_decoder<T> decoder;
    if (error_info e = decoder.describe(*columns_)) return e;
    const std::span<const std::byte> body = bytes();
    const decode_status status = decoder.decode(body, out);
    return status.ok() ? error_info() : decoder.error(status, *columns_, body);
  }

  const row_description* columns_;
  const std::byte* body_;
};

/// Goes over the fields of a row.
class row_view::iterator : public detail::view_iterator<field_view, std::forward_iterator_tag> {
 public:
  iterator() noexcept = default;
  field_view operator*() const noexcept { return {*columns_, index_, field()}; }
  iterator& operator++() noexcept {
    const protocol::field passed = field();
    at_ += 4 + passed.bytes().size();
    ++index_;
    return *this;
  }
  iterator operator++(int) noexcept {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.index_ == b.index_; }

 private:
  friend row_view;
  iterator(const row_description* columns, std::size_t index, const std::byte* at) noexcept
      : columns_(columns), index_(index), at_(at) {}

  [[nodiscard]] protocol::field field() const noexcept {
    const auto size = protocol::load_be<std::int32_t>(at_);
    return size < 0 ? protocol::field{} : protocol::field{at_ + 4, size};
  }

  const row_description* columns_ = nullptr;
  std::size_t index_ = 0;
  const std::byte* at_ = nullptr;  ///< the size of the field
};

// The count, which the description repeats, stands in front of the first field.
inline row_view::iterator row_view::begin() const noexcept { return {columns_, 0, body_ + 2}; }
inline row_view::iterator row_view::end() const noexcept { return {columns_, size(), nullptr}; }

}  // namespace pgcoro
