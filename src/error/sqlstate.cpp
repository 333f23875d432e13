#include <algorithm>

#include <pgcoro/sqlstate.hpp>

#include "error/sqlstate_table.hpp"

namespace pgcoro {
namespace {

constexpr bool is_sorted_by_code() {
  return std::ranges::is_sorted(detail::sqlstate_table, {}, &detail::sqlstate_entry::code);
}
static_assert(is_sorted_by_code(), "name_of searches by halves");

/// The condition's name; empty for a code that is not in the list.
std::string_view name_of(std::string_view code) {
  const auto found = std::ranges::lower_bound(detail::sqlstate_table, code, {}, &detail::sqlstate_entry::code);
  return found != detail::sqlstate_table.end() && found->code == code ? found->name : std::string_view();
}

/// Writes `value` as `digits` characters of base 36.
std::string unpack(int value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 36) text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % 36];
  return text;
}

class conditions final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "pgcoro.sqlstate"; }

  std::string message(int value) const override {
    const std::string code = to_string(static_cast<sqlstate>(value));
    const std::string_view known = name_of(code);
    return known.empty() ? "SQLSTATE " + code : std::string(known);
  }
};

class classes final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "pgcoro.sqlstate_class"; }

  std::string message(int value) const override {
    const std::string cls = unpack(value, 2);
    const std::string_view known = cls == "10" ? "xquery_error" : name_of(cls + "000");
    return known.empty() ? "SQLSTATE class " + cls : std::string(known);
  }

  bool equivalent(const boost::system::error_code& code, int value) const noexcept override {
    return code.category() == sqlstate_category() &&
           class_of(static_cast<sqlstate>(code.value())) == static_cast<sqlstate_class>(value);
  }
};

}  // namespace

std::string to_string(sqlstate state) { return unpack(static_cast<int>(state), 5); }

const boost::system::error_category& sqlstate_category() noexcept {
  static const conditions instance;
  return instance;
}

const boost::system::error_category& sqlstate_class_category() noexcept {
  static const classes instance;
  return instance;
}

}  // namespace pgcoro
