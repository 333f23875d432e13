// Values in the answers to replication commands. Whatever their columns are declared as, they come as text; which
// type that is differs from version to version.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include <pgcoro/row.hpp>
#include <pgcoro/types/lsn.hpp>

namespace pgcoro::detail {

/// Empty where NULL.
inline std::string_view answer_text(const field_view& value) {
  return value.is_null() ? std::string_view() : value.text();
}

/// 0 where it is none.
template <class Number>
Number answer_number(const field_view& value) {
  const std::string_view text = answer_text(value);
  Number made = 0;
  std::from_chars(text.data(), text.data() + text.size(), made);
  return made;
}

/// No position where it is none.
inline lsn answer_position(const field_view& value) {
  lsn made;
  return parse(answer_text(value), made) == errc{} ? made : lsn();
}

}  // namespace pgcoro::detail
