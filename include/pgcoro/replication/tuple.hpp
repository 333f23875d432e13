// One row of a change and one value of it, as views into the received bytes.
//
//   order o = change.row.as<order>();
//   for (replication::tuple_field f : change.row) if (f.is_unchanged()) …
//   if (auto id = change.row["id"].as<std::int64_t>(); …)
//
// Values are read by the same codecs as those of query results, in binary and in text. A large value that an UPDATE
// left alone is not sent ("unchanged TOAST", documentation of TupleData): such a field says is_unchanged(), and a
// struct takes it as a `maybe_unchanged<T>` member. Where the table's replica identity is full, the old row has the
// value, and as<T>() of the new row takes it from there.
//
// Views are valid as long as the batch or the transaction that they came with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/tuple_decoder.hpp>
#include <pgcoro/detail/tuple_reader.hpp>
#include <pgcoro/detail/view_iterator.hpp>
#include <pgcoro/replication/relation.hpp>
#include <pgcoro/row.hpp>

namespace pgcoro::replication {

/// A value of a row. What it inherits reads values that are there: is_null() is false for an unchanged one.
class PGCORO_DECL tuple_field : public field_view {
 public:
  tuple_field(const relation& table, bool key_only, std::size_t index, detail::tuple_value value) noexcept
      : field_view(table.description(key_only, value.format()), index, value.bytes), kind_(value.kind) {}

  [[nodiscard]] bool is_null() const noexcept { return kind_ == detail::value_kind::null; }
  /// The value was not sent, since the UPDATE did not change it.
  [[nodiscard]] bool is_unchanged() const noexcept { return kind_ == detail::value_kind::unchanged; }

  /// As field_view::as(); throws errc::not_available where the value is unchanged.
  template <class T>
  [[nodiscard]] T as() const {
    if (is_unchanged()) [[unlikely]]
      throw_error(detail::unchanged_error(name()));
    return field_view::as<T>();
  }

  /// The same without the exception. Needs <pgcoro/as_result.hpp>.
  template <class T>
  [[nodiscard]] boost::system::result<T, error_info> get() const {
    if (is_unchanged()) [[unlikely]]
      return {boost::system::result<T, error_info>::in_place_error, detail::unchanged_error(name())};
    return field_view::get<T>();
  }

 private:
  detail::value_kind kind_;
};

/// A row: all published columns, or those of the replica identity alone. Its bytes have been checked.
class PGCORO_DECL tuple_view {
 public:
  /// No row.
  tuple_view() noexcept = default;
  tuple_view(const relation& table, detail::tuple_bytes bytes, bool key_only) noexcept
      : relation_(&table), bytes_(bytes), key_only_(key_only) {}

  /// Whether there is a row.
  [[nodiscard]] explicit operator bool() const noexcept { return relation_ != nullptr; }
  /// Requires a row, as does all that follows.
  [[nodiscard]] const replication::relation& relation() const noexcept { return *relation_; }
  /// Only the columns of the replica identity are there.
  [[nodiscard]] bool is_key() const noexcept { return key_only_; }

  /// Number of columns.
  [[nodiscard]] std::size_t size() const noexcept { return description().columns.size(); }
  /// Throws pgcoro::error with no_such_column.
  [[nodiscard]] tuple_field operator[](std::size_t index) const;
  [[nodiscard]] tuple_field operator[](std::string_view name) const;

  /// The whole row as a T, as row_view::as() has it: by name where T is described, else by position. Which column is
  /// which member is looked up once for each table and type. Throws pgcoro::error naming the column: what
  /// row_view::as() throws, and not_available for an unchanged value into a member that is no maybe_unchanged.
  template <class T>
  [[nodiscard]] T as() const {
    T out{};
    if (const error_info e = read(out)) [[unlikely]]
      throw_error(e);
    return out;
  }

  /// The same into a T that exists, with the error as a value: what is fast where rows are many.
  template <class T>
  [[nodiscard]] error_info read(T& out) const {
    return detail::decode_tuple(*relation_, key_only_, bytes_, out);
  }

  /// The same without the exception. Needs <pgcoro/as_result.hpp>.
  template <class T>
  [[nodiscard]] boost::system::result<T, error_info> get() const {
    T out{};
    if (error_info e = read(out)) return {boost::system::result<T, error_info>::in_place_error, std::move(e)};
    return out;
  }

  class iterator;
  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;

  /// As it came, from the count of columns on (protocol documentation, TupleData).
  [[nodiscard]] protocol::bytes_view bytes() const noexcept { return bytes_.row; }

 private:
  friend class iterator;
  [[nodiscard]] const row_description& description() const noexcept {
    return relation_->description(key_only_, protocol::format::text);
  }

  const replication::relation* relation_ = nullptr;
  detail::tuple_bytes bytes_;
  bool key_only_ = false;
};

/// Goes over the fields of a row.
class tuple_view::iterator : public detail::view_iterator<tuple_field, std::forward_iterator_tag> {
 public:
  iterator() noexcept = default;
  tuple_field operator*() const noexcept { return {*relation_, key_only_, index_, value_}; }
  iterator& operator++() noexcept {
    ++index_;
    read();
    return *this;
  }
  iterator operator++(int) noexcept {
    iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.index_ == b.index_; }

 private:
  friend tuple_view;
  iterator(const tuple_view& row, std::size_t index) noexcept
      : relation_(row.relation_),
        reader_(*row.relation_, row.key_only_, row.bytes_.row),
        index_(index),
        size_(row.size()),
        key_only_(row.key_only_) {
    read();
  }
  void read() noexcept {
    if (index_ < size_) value_ = reader_.next();
  }

  const replication::relation* relation_ = nullptr;
  detail::tuple_reader reader_;
  detail::tuple_value value_;
  std::size_t index_ = 0;
  std::size_t size_ = 0;
  bool key_only_ = false;
};

inline tuple_view::iterator tuple_view::begin() const noexcept { return {*this, 0}; }
inline tuple_view::iterator tuple_view::end() const noexcept { return {*this, size()}; }

}  // namespace pgcoro::replication
