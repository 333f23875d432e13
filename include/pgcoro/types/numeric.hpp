// PostgreSQL's numeric, exactly: any number of digits up to the server's limits, NaN and the infinities.
//
//   pgcoro::numeric price("12.50");                      // the scale is kept: to_string() gives 12.50 again
//   auto cents = pgcoro::numeric(1250);                  // from every integer; double and float as their shortest
//   digits if (std::optional<std::int64_t> n = price.to<std::int64_t>()) …   // nothing: 12.50 is no integer double d =
//   price.to<double>().value();               // rounded to the nearest
//
// It holds and compares values; it does not calculate. For that see <pgcoro/types/multiprecision.hpp>, or let the
// server do it. Up to about 30 digits need no memory on the heap.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/decimal_groups.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

class numeric;

namespace detail {

/// The binary format of numeric.
PGCORO_DECL errc decode_numeric(protocol::bytes_view bytes, numeric& out);
PGCORO_DECL void encode_numeric(const numeric& value, protocol::buffer& out);

}  // namespace detail

class PGCORO_DECL numeric {
 public:
  /// What the server can hold: digits before the point and after it (manual, "Numeric Types").
  static constexpr int max_integer_digits = 131'072;
  static constexpr int max_scale = 16'383;

  /// Zero.
  numeric() noexcept = default;
  template <detail::integer T>
  numeric(T value) noexcept {  // NOLINT(google-explicit-constructor): nothing is lost
    if constexpr (std::is_signed_v<T>)
      assign(value < 0, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
    else
      assign(false, value);
  }
  /// The number with the fewest digits that is nearer to `value` than to any other double (float): 0.1 is 0.1.
  explicit numeric(double value);
  explicit numeric(float value);
  /// See parse(). Throws pgcoro::error with invalid_value or out_of_range.
  explicit numeric(std::string_view text);

  [[nodiscard]] static numeric nan() noexcept { return numeric(kind::nan, false); }
  [[nodiscard]] static numeric infinity() noexcept { return numeric(kind::infinite, false); }

  /// The value ± the sum of groups[i] * 10000^(weight - i), shown with `scale` digits after the point; further ones are
  /// cut off. errc::invalid_value where a group is above 9999, errc::out_of_range beyond the limits.
  [[nodiscard]] static errc from_groups(bool negative, int weight, int scale, std::span<const std::uint16_t> groups,
                                        numeric& out);

  [[nodiscard]] bool is_finite() const noexcept { return kind_ == kind::finite; }
  [[nodiscard]] bool is_infinite() const noexcept { return kind_ == kind::infinite; }
  [[nodiscard]] bool is_nan() const noexcept { return kind_ == kind::nan; }
  /// Below zero, as -Infinity is.
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  [[nodiscard]] bool is_integral() const noexcept {
    return is_finite() && static_cast<std::ptrdiff_t>(groups_.size()) <= weight_ + 1;
  }
  /// Digits shown after the point; zeros at the end count.
  [[nodiscard]] int scale() const noexcept { return scale_; }

  /// The magnitude as from_groups() takes it, without zeros at either end: none for zero.
  [[nodiscard]] std::span<const std::uint16_t> groups() const noexcept { return groups_.all(); }
  [[nodiscard]] int weight() const noexcept { return weight_; }

  [[nodiscard]] numeric operator-() const;

  /// An integer that is exactly this value, or nothing.
  template <detail::integer T>
  [[nodiscard]] std::optional<T> to() const noexcept {
    std::uint64_t magnitude = 0;
    if (!to_magnitude(magnitude)) return std::nullopt;
    if (!negative_) return std::in_range<T>(magnitude) ? std::optional<T>(static_cast<T>(magnitude)) : std::nullopt;
    constexpr std::uint64_t most = std::uint64_t{1} << 63;
    if (magnitude > most) return std::nullopt;
    const auto value = static_cast<std::int64_t>(0 - magnitude);
    return std::in_range<T>(value) ? std::optional<T>(static_cast<T>(value)) : std::nullopt;
  }
  /// The nearest double (float), or nothing where that would be an infinity or zero and this is not.
  template <class T>
    requires(std::same_as<T, double> || std::same_as<T, float>)
  [[nodiscard]] std::optional<T> to() const {
    T out{};
    return to_float(out) ? std::optional<T>(out) : std::nullopt;
  }

  /// By value, so that 1.0 equals 1.00. NaN equals NaN and is greater than all else, as for the server.
  friend bool operator==(const numeric& a, const numeric& b) noexcept { return a.compare(b) == 0; }
  friend std::weak_ordering operator<=>(const numeric& a, const numeric& b) noexcept { return a.compare(b); }

  /// As the server writes it: all digits, no exponent; NaN, Infinity, -Infinity.
  friend std::string to_string(const numeric& value) { return value.text(); }

  [[nodiscard]] std::size_t hash() const noexcept;

 private:
  enum class kind : unsigned char { finite, infinite, nan };
  static constexpr int digits_in_group = 4;

  numeric(kind k, bool negative) noexcept : negative_(negative), kind_(k) {}

  friend errc detail::decode_numeric(protocol::bytes_view bytes, numeric& out);

  void assign(bool negative, std::uint64_t magnitude) noexcept;
  void finish(bool negative, int weight, int scale) noexcept;
  void settle() noexcept;
  void normalise() noexcept;
  void cut_to_scale() noexcept;
  [[nodiscard]] bool to_magnitude(std::uint64_t& out) const noexcept;
  [[nodiscard]] bool to_float(double& out) const;
  [[nodiscard]] bool to_float(float& out) const;
  [[nodiscard]] std::weak_ordering compare(const numeric& other) const noexcept;
  [[nodiscard]] int rank() const noexcept;
  [[nodiscard]] std::string text() const;

  detail::decimal_groups groups_;
  std::int16_t weight_ = 0;
  std::int16_t scale_ = 0;
  bool negative_ = false;
  kind kind_ = kind::finite;
};

/// Makes a number of the groups that are there. `weight` and `scale` are within the limits. As the server sends them,
/// there are no zeros at either end and no digits behind those that are shown.
inline void numeric::finish(bool negative, int weight, int scale) noexcept {
  weight_ = static_cast<std::int16_t>(weight);
  scale_ = static_cast<std::int16_t>(scale);
  negative_ = negative;
  kind_ = kind::finite;
  const std::size_t size = groups_.size();
  const bool as_sent = size > 0 && groups_[0] != 0 && groups_[size - 1] != 0 &&
                       (static_cast<int>(size) - 1 - weight) * digits_in_group <= scale;
  if (!as_sent) settle();
}

/// Digits with sign, point and exponent as they may be, or NaN, Infinity, inf in any case; nothing around it.
/// errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, numeric& out);

/// From numeric and the integer types. To numeric; to the integer types where it is exactly one; to text, json and
/// types that the server infers.
template <>
struct codec<numeric> {
  static constexpr std::string_view name = "pgcoro::numeric";
  static constexpr oid declared_oid = oids::numeric;

  PGCORO_DECL static decode_function<numeric> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<numeric> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro

template <>
struct std::hash<pgcoro::numeric> {
  std::size_t operator()(const pgcoro::numeric& value) const noexcept { return value.hash(); }
};
