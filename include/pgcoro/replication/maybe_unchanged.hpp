// A member of a struct that takes the values of a column which an UPDATE may leave out.
//
//   struct article { std::int64_t id; replication::maybe_unchanged<std::optional<std::string>> text; };
//   if (a.text) store(a.id, *a.text);        // sent: a value, or NULL
#pragma once

#include <optional>
#include <utility>

namespace pgcoro::replication {

/// A T, or the news that it is what it was before: a large value that was not sent. Rows of changes alone are read into
/// it, query results and parameters are not.
template <class T>
class maybe_unchanged {
 public:
  maybe_unchanged() noexcept = default;
  maybe_unchanged(T value) : value_(std::move(value)) {}

  [[nodiscard]] bool is_unchanged() const noexcept { return !value_.has_value(); }
  /// Whether there is a value.
  [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }

  /// Require a value.
  [[nodiscard]] const T& operator*() const noexcept { return *value_; }
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] const T* operator->() const noexcept { return &*value_; }
  /// The value, or what the caller knows it to be.
  [[nodiscard]] T value_or(T before) const { return value_ ? *value_ : std::move(before); }

  void set_unchanged() noexcept { value_.reset(); }
  /// Makes room for a value and gives it to be filled.
  T& engage() { return value_ ? *value_ : value_.emplace(); }

  friend bool operator==(const maybe_unchanged&, const maybe_unchanged&) = default;

 private:
  std::optional<T> value_;
};

}  // namespace pgcoro::replication
