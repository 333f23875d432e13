#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <pgcoro/exceptions.hpp>

#include "error/sqlstate_table.hpp"

namespace pgcoro {
namespace {

struct thrower {
  int code;
  void (*raise)(const error_info&);
};

template <class Exception>
void raise(const error_info& info) {
  throw Exception(info);
}

/// A class's general code, "xx000", is thrown as the class; every other one as itself.
template <sqlstate Code>
constexpr thrower thrower_of() {
  constexpr bool general = static_cast<int>(Code) % (36 * 36 * 36) == 0;
  if constexpr (general) {
    return {static_cast<int>(Code), &raise<sqlstate_class_error<class_of(Code)>>};
  } else {
    return {static_cast<int>(Code), &raise<sqlstate_error<Code>>};
  }
}

template <std::size_t... Index>
constexpr auto make_throwers(std::index_sequence<Index...>) {
  // The table begins with 00000, which is no error.
  return std::array<thrower, sizeof...(Index)>{thrower_of<to_sqlstate(detail::sqlstate_table[Index + 1].code)>()...};
}

/// Sorted by code, as the table is: base 36 keeps the order of the characters.
constexpr auto throwers = make_throwers(std::make_index_sequence<detail::sqlstate_table.size() - 1>());

const thrower* find(int code) {
  const auto found = std::ranges::lower_bound(throwers, code, {}, &thrower::code);
  return found != throwers.end() && found->code == code ? &*found : nullptr;
}

int general_code(int code) { return code - code % (36 * 36 * 36); }

}  // namespace

void throw_error(const error_info& info) {
  if (info.server() == nullptr || info.code().category() != sqlstate_category()) throw error(info);
  const int code = info.code().value();
  if (const thrower* exact = find(code)) exact->raise(info);
  if (const thrower* general = find(general_code(code))) general->raise(info);
  if (class_of(static_cast<sqlstate>(code)) == sqlstate_class::xquery_error) throw xquery_error(info);  // has no 10000
  throw server_error(info);
}

}  // namespace pgcoro
