// A value, or what the column's DEFAULT says: for COPY in text or CSV with a marker for it.
//
//   auto format = pgcoro::copy_options::csv().default_marker("\\D");
//   auto in = co_await db.copy_in<int, pgcoro::or_default<std::string>>(pgcoro::table("t", "id", "note"), format);
//   in.push(1, pgcoro::column_default);
#pragma once

#include <optional>
#include <utility>

namespace pgcoro {

struct column_default_t {};
inline constexpr column_default_t column_default;

template <class T>
class or_default {
 public:
  or_default(column_default_t = column_default) noexcept {}
  or_default(T value) : value_(std::move(value)) {}

  /// Null where the column's DEFAULT is meant.
  const T* get() const noexcept { return value_ ? &*value_ : nullptr; }

 private:
  std::optional<T> value_;
};

}  // namespace pgcoro
