// numeric from text and to text.
#include <algorithm>
#include <charconv>

#include <pgcoro/types/numeric.hpp>

#include "types/take_text.hpp"

namespace pgcoro {
namespace {

constexpr std::int64_t digits_in_group = 4;
constexpr std::int64_t max_weight = numeric::max_integer_digits / digits_in_group - 1;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b < 0 ? 1 : 0); }

/// The digits of a decimal number, in text that is theirs but for the point.
struct decimal_digits {
  std::string_view before_point;
  std::string_view after_point;
  std::int64_t exponent = 0;  ///< of ten

  std::size_t size() const noexcept { return before_point.size() + after_point.size(); }
  unsigned at(std::size_t i) const noexcept {
    const char c = i < before_point.size() ? before_point[i] : after_point[i - before_point.size()];
    return static_cast<unsigned>(c - '0');
  }
  /// Of ten, for the digit `i`.
  std::int64_t exponent_at(std::size_t i) const noexcept {
    return static_cast<std::int64_t>(before_point.size()) + exponent - 1 - static_cast<std::int64_t>(i);
  }
};

bool read_exponent(std::string_view text, std::int64_t& out) noexcept {
  constexpr std::int64_t far = 1'000'000'000;  // beyond every limit, and safe to add to
  if (text.starts_with("+-")) return false;
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, out);
  if (problem == std::errc::result_out_of_range) out = text.starts_with('-') ? -far : far;
  out = std::clamp(out, -far, far);
  return problem != std::errc::invalid_argument && stopped == end;
}

errc read_digits(std::string_view text, decimal_digits& out) noexcept {
  out.before_point = detail::take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    out.after_point = detail::take_digits(text);
  }
  if (out.size() == 0) return errc::invalid_value;
  if (text.empty()) return errc{};
  if (text.front() != 'e' && text.front() != 'E') return errc::invalid_value;
  return read_exponent(text.substr(1), out.exponent) ? errc{} : errc::invalid_value;
}

/// Puts each digit into its group. `first` and `last` are those that are not zero.
detail::decimal_groups group(const decimal_digits& digits, std::size_t first, std::size_t last) {
  constexpr unsigned powers[] = {1, 10, 100, 1000};
  const std::int64_t weight = floor_div(digits.exponent_at(first), digits_in_group);
  const std::int64_t lowest = floor_div(digits.exponent_at(last), digits_in_group);
  detail::decimal_groups groups(static_cast<std::size_t>(weight - lowest + 1));
  std::fill_n(groups.data(), groups.size(), std::uint16_t{0});
  for (std::size_t i = first; i <= last; ++i) {
    const std::int64_t exponent = digits.exponent_at(i);
    const std::int64_t place = floor_div(exponent, digits_in_group);
    std::uint16_t& to = groups[static_cast<std::size_t>(weight - place)];
    to = static_cast<std::uint16_t>(to + digits.at(i) * powers[exponent - place * digits_in_group]);
  }
  return groups;
}

errc make_finite(bool negative, const decimal_digits& digits, numeric& out) {
  const std::int64_t scale =
      std::max<std::int64_t>(static_cast<std::int64_t>(digits.after_point.size()) - digits.exponent, 0);
  if (scale > numeric::max_scale) return errc::out_of_range;
  std::size_t first = 0;
  std::size_t end = digits.size();
  while (first < end && digits.at(first) == 0) ++first;
  while (end > first && digits.at(end - 1) == 0) --end;
  if (first == end) return numeric::from_groups(false, 0, static_cast<int>(scale), {}, out);
  const std::int64_t weight = floor_div(digits.exponent_at(first), digits_in_group);
  if (weight > max_weight) return errc::out_of_range;
  return numeric::from_groups(negative, static_cast<int>(weight), static_cast<int>(scale),
                              group(digits, first, end - 1).all(), out);
}

bool parse_special(std::string_view text, numeric& out) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (detail::equals_ignoring_case(text, "infinity") || detail::equals_ignoring_case(text, "inf"))
    out = negative ? -numeric::infinity() : numeric::infinity();
  else if (detail::equals_ignoring_case(text, "nan"))
    out = numeric::nan();
  else
    return false;
  return true;
}

char* print_group(char* to, unsigned group) noexcept {
  for (unsigned power = 1000; power > 0; power /= 10) *to++ = static_cast<char>('0' + group / power % 10);
  return to;
}

/// The group of that weight: zero where there is none.
unsigned group_at(const numeric& value, int weight) noexcept {
  const int i = value.weight() - weight;
  const auto groups = value.groups();
  return i >= 0 && static_cast<std::size_t>(i) < groups.size() ? groups[static_cast<std::size_t>(i)] : 0;
}

/// `to` has room for the digits and three characters more than that.
char* print_integer_part(char* to, const numeric& value) noexcept {
  if (value.groups().empty() || value.weight() < 0) {
    *to++ = '0';
    return to;
  }
  to = std::to_chars(to, to + digits_in_group, group_at(value, value.weight())).ptr;
  for (int weight = value.weight() - 1; weight >= 0; --weight) to = print_group(to, group_at(value, weight));
  return to;
}

}  // namespace

errc parse(std::string_view text, numeric& out) {
  if (parse_special(text, out)) return errc{};
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  decimal_digits digits;
  if (const errc failed = read_digits(text, digits); failed != errc{}) return failed;
  return make_finite(negative, digits, out);
}

std::string numeric::text() const {
  if (is_nan()) return "NaN";
  if (is_infinite()) return negative_ ? "-Infinity" : "Infinity";
  const auto longest = static_cast<std::size_t>((std::max<int>(weight_, 0) + 2) * digits_in_group + scale_ + 8);
  std::string made(longest, '\0');
  char* to = made.data();
  if (negative_) *to++ = '-';
  to = print_integer_part(to, *this);
  if (scale_ > 0) {
    *to++ = '.';
    char* const end = to + scale_;
    for (int weight = -1; to < end; --weight) to = print_group(to, group_at(*this, weight));
    to = end;
  }
  made.resize(static_cast<std::size_t>(to - made.data()));
  return made;
}

}  // namespace pgcoro
