#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <pgcoro/types/numeric.hpp>

namespace pgcoro {
namespace {

constexpr unsigned group_base = 10'000;
constexpr int max_weight = std::numeric_limits<std::int16_t>::max();

}  // namespace

numeric::numeric(double value) {
  std::array<char, detail::longest_number> text{};
  const std::size_t size = detail::print_number(text.data(), value);
  static_cast<void>(parse({text.data(), size}, *this));  // it can hold every double
}

numeric::numeric(float value) {
  std::array<char, detail::longest_number> text{};
  const std::size_t size = detail::print_number(text.data(), value);
  static_cast<void>(parse({text.data(), size}, *this));
}

numeric::numeric(std::string_view text) {
  if (const errc failed = parse(text, *this); failed != errc{})
    throw_error(error_info(make_error_code(failed), "no numeric: \"" + std::string(text.substr(0, 100)) + '"'));
}

errc numeric::from_groups(bool negative, int weight, int scale, std::span<const std::uint16_t> groups, numeric& out) {
  while (!groups.empty() && groups.front() == 0) {
    groups = groups.subspan(1);
    --weight;
  }
  if (groups.empty()) weight = 0;
  constexpr int least_weight = -numeric::max_scale;  // nothing so small is shown
  if (scale < 0 || scale > max_scale || weight > max_weight) return errc::out_of_range;
  if (weight < least_weight) groups = {};
  for (const std::uint16_t group : groups)
    if (group >= group_base) return errc::invalid_value;
  numeric made;
  made.groups_.reset(groups.size());
  std::copy(groups.begin(), groups.end(), made.groups_.data());
  made.finish(negative, groups.empty() ? 0 : weight, scale);
  out = std::move(made);
  return errc{};
}

void numeric::settle() noexcept {
  cut_to_scale();
  normalise();
}

numeric numeric::operator-() const {
  numeric made = *this;
  if (!is_nan() && (is_infinite() || !groups_.empty())) made.negative_ = !negative_;
  return made;
}

void numeric::assign(bool negative, std::uint64_t magnitude) noexcept {
  std::array<std::uint16_t, 5> groups{};  // 10000^5 is above 2^64
  for (std::size_t i = groups.size(); i-- > 0; magnitude /= group_base)
    groups[i] = static_cast<std::uint16_t>(magnitude % group_base);
  groups_.reset(groups.size());
  std::copy(groups.begin(), groups.end(), groups_.data());
  weight_ = static_cast<std::int16_t>(groups.size() - 1);
  negative_ = negative;
  normalise();
}

/// No zeros at either end, so that each value has one representation.
void numeric::normalise() noexcept {
  const auto groups = groups_.all();
  if (!groups.empty() && groups.front() != 0 && groups.back() != 0) return;  // the usual case
  std::size_t last = groups.size();
  while (last > 0 && groups[last - 1] == 0) --last;
  std::size_t first = 0;
  while (first < last && groups[first] == 0) ++first;
  groups_.truncate(last);
  groups_.drop_front(first);
  weight_ = static_cast<std::int16_t>(weight_ - static_cast<int>(first));
  if (!groups_.empty()) return;
  weight_ = 0;
  negative_ = false;
}

/// No digits behind those that are shown: what one sees is what one has.
void numeric::cut_to_scale() noexcept {
  const int after_point = (static_cast<int>(groups_.size()) - 1 - weight_) * digits_in_group;
  int hidden = after_point - scale_;
  if (hidden <= 0) return;
  const auto whole = static_cast<std::size_t>(hidden / digits_in_group);
  groups_.truncate(groups_.size() - std::min(whole, groups_.size()));
  hidden %= digits_in_group;
  if (groups_.empty() || hidden == 0) return;
  constexpr std::array<std::uint16_t, digits_in_group> powers{1, 10, 100, 1000};
  std::uint16_t& last = groups_[groups_.size() - 1];
  last = static_cast<std::uint16_t>(last - last % powers[static_cast<std::size_t>(hidden)]);
}

bool numeric::to_magnitude(std::uint64_t& out) const noexcept {
  if (!is_integral()) return false;
  out = 0;
  const auto places = static_cast<std::size_t>(weight_ + 1);
  for (std::size_t i = 0; i < places; ++i) {
    if (__builtin_mul_overflow(out, std::uint64_t{group_base}, &out)) return false;
    if (i < groups_.size() && __builtin_add_overflow(out, std::uint64_t{groups_[i]}, &out)) return false;
  }
  return true;
}

/// Integers up to 2^53 and powers of ten up to 10^22 are exact, hence their quotient and product are rounded once.
bool numeric::to_float(double& out) const {
  constexpr std::array<double, 6> powers{1, 1e4, 1e8, 1e12, 1e16, 1e20};
  constexpr std::uint64_t limit = std::uint64_t{1} << 53;
  const int exponent = weight_ + 1 - static_cast<int>(groups_.size());
  if (is_finite() && groups_.size() <= 4 && std::abs(exponent) < static_cast<int>(powers.size())) {
    std::uint64_t mantissa = 0;
    for (const std::uint16_t group : groups_.all()) mantissa = mantissa * group_base + group;
    if (mantissa <= limit) {
      const double power = powers[static_cast<std::size_t>(std::abs(exponent))];
      const auto exact = static_cast<double>(mantissa);
      const double magnitude = exponent < 0 ? exact / power : exact * power;
      out = negative_ ? -magnitude : magnitude;
      return true;
    }
  }
  return detail::parse_float(text(), out) == errc{};
}

bool numeric::to_float(float& out) const { return detail::parse_float(text(), out) == errc{}; }

int numeric::rank() const noexcept {
  if (is_nan()) return 3;
  if (is_infinite()) return negative_ ? -2 : 2;
  if (groups_.empty()) return 0;
  return negative_ ? -1 : 1;
}

std::weak_ordering numeric::compare(const numeric& other) const noexcept {
  if (const auto by_rank = rank() <=> other.rank(); by_rank != 0 || !is_finite()) return by_rank;
  const numeric& greater = negative_ ? other : *this;  // where the magnitudes are in the order of the values
  const numeric& less = negative_ ? *this : other;
  if (const auto by_weight = greater.weight_ <=> less.weight_; by_weight != 0) return by_weight;
  const auto a = greater.groups();
  const auto b = less.groups();
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

std::size_t numeric::hash() const noexcept {
  constexpr std::uint64_t multiplier = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t state = (static_cast<std::uint64_t>(rank() + 2) << 16) ^ static_cast<std::uint16_t>(weight_);
  for (const std::uint16_t group : groups_.all()) state = (state ^ group ^ (state >> 29)) * multiplier;
  return static_cast<std::size_t>(state ^ (state >> 32));
}

}  // namespace pgcoro
