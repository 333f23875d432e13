// Ranges and multiranges of every type that has a codec.
//
//   pgcoro::range<int> r(1, 5);                                       // [1,5)
//   pgcoro::range<int> up(1, std::nullopt, pgcoro::bounds::closed);   // [1,) without an upper end
//   if (r.contains(3)) …
//   co_await db.execute("INSERT INTO bookings VALUES ($1)", pgcoro::range<timestamp>(from, to));
//
// Which range type a parameter is declared as follows from T: int4range for int, tstzrange for a timestamptz. Ranges
// of a database's own are known by the registry.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/part_codec.hpp>
#include <pgcoro/detail/range_parts.hpp>
#include <pgcoro/types/builtin_composed.hpp>

namespace pgcoro {

/// Which ends of a range belong to it.
enum class bounds : unsigned char {
  closed_open,  ///< [lower,upper)
  closed,       ///< [lower,upper]
  open_closed,  ///< (lower,upper]
  open,         ///< (lower,upper)
};

/// The values between two ends. An end that is not there is infinite, and belongs to no range. Compares member by
/// member: [1,4] and [1,5) are different, as the server's int4range would not have them: it turns both into [1,5).
template <class T>
class range {
 public:
  /// Empty.
  range() = default;
  range(std::optional<T> lower, std::optional<T> upper, bounds ends = bounds::closed_open)
      : lower_(std::move(lower)), upper_(std::move(upper)), empty_(false) {
    lower_inclusive_ = lower_.has_value() && (ends == bounds::closed_open || ends == bounds::closed);
    upper_inclusive_ = upper_.has_value() && (ends == bounds::open_closed || ends == bounds::closed);
  }

  [[nodiscard]] bool empty() const noexcept { return empty_; }
  /// Nothing where the range is empty, or goes on for ever.
  [[nodiscard]] const std::optional<T>& lower() const noexcept { return lower_; }
  [[nodiscard]] const std::optional<T>& upper() const noexcept { return upper_; }
  [[nodiscard]] bool lower_inclusive() const noexcept { return lower_inclusive_; }
  [[nodiscard]] bool upper_inclusive() const noexcept { return upper_inclusive_; }

  [[nodiscard]] bool contains(const T& value) const {
    if (empty_) return false;
    const bool above = !lower_ || *lower_ < value || (lower_inclusive_ && *lower_ == value);
    const bool below = !upper_ || value < *upper_ || (upper_inclusive_ && *upper_ == value);
    return above && below;
  }

  friend bool operator==(const range&, const range&) = default;

 private:
  friend codec<range>;

  std::optional<T> lower_;
  std::optional<T> upper_;
  bool lower_inclusive_ = false;
  bool upper_inclusive_ = false;
  bool empty_ = true;
};

/// Ranges in ascending order that do not touch, as the server has them; it sorts and joins those that it is sent.
template <class T>
struct multirange {
  std::vector<range<T>> ranges;

  friend bool operator==(const multirange&, const multirange&) = default;
};

template <class T>
struct codec<range<T>> {
  static constexpr oid declared_oid = detail::made_of(detail::builtin_ranges, detail::declared_oid<T>);
  static constexpr protocol::format preferred_format = detail::preferred_format<T>;
  static constexpr bool binary_where_known = true;

  static decode_function<range<T>> decoder(const value_type& from) noexcept
    requires decodable<T>
  {
    const value_type bound = bound_of(from);
    return bound.type != 0 && codec<T>::decoder(bound) != nullptr ? &read : nullptr;
  }

  static encoding<range<T>> encoder(const value_type& to) noexcept
    requires encodable<T>
  {
    value_type as = to;
    if (!find_format(as)) return {};
    return {as.format, as.format == protocol::format::binary ? &write_binary : &write_text};
  }

 private:
  static value_type bound_of(const value_type& range_type) noexcept {
    return detail::without_domain(
        {detail::bound_type(range_type.type, range_type.registry), range_type.format, range_type.registry});
  }
  /// Whether bounds can be written; `to` then has the format in which they are.
  static bool find_format(value_type& to) noexcept {
    if (bound_of(to).type == 0 && !detail::is_unknown_type(to.type, to.registry)) return false;
    const bool known = bound_of(to).type != 0;
    if (to.format == protocol::format::binary && known && detail::writes_part<T>(bound_of(to))) return true;
    to.format = protocol::format::text;
    return detail::writes_part<T>(bound_of(to));
  }

  static errc read(protocol::bytes_view bytes, range<T>& out, const value_type& from) {
    detail::range_parts parts;
    if (const errc e = detail::split_range(bytes, from.format, parts); e != errc{}) return e;
    out.empty_ = parts.empty;
    out.lower_inclusive_ = parts.lower_inclusive;
    out.upper_inclusive_ = parts.upper_inclusive;
    const value_type bound = bound_of(from);
    const errc failure = detail::read_part(parts.lower, out.lower_, bound);
    return failure == errc{} ? detail::read_part(parts.upper, out.upper_, bound) : failure;
  }

  static errc write_binary(const range<T>& value, protocol::buffer& out, const value_type& to) {
    out.append_u8(detail::range_flags(value.empty_, value.lower_.has_value(), value.upper_.has_value(),
                                      value.lower_inclusive_, value.upper_inclusive_));
    const value_type bound = bound_of({to.type, protocol::format::binary, to.registry});
    errc failure{};
    if (value.lower_) failure = detail::append_binary_part(out, *value.lower_, bound);
    if (value.upper_ && failure == errc{}) failure = detail::append_binary_part(out, *value.upper_, bound);
    return failure;
  }

  static errc write_text(const range<T>& value, protocol::buffer& out, const value_type& to) {
    if (value.empty_) {
      out.append("empty");
      return errc{};
    }
    const value_type bound = bound_of({to.type, protocol::format::text, to.registry});
    errc failure{};
    out.append(value.lower_inclusive_ ? "[" : "(");
    if (value.lower_) failure = detail::append_text_part(out, *value.lower_, bound, detail::range_rules);
    out.append(",");
    if (value.upper_ && failure == errc{})
      failure = detail::append_text_part(out, *value.upper_, bound, detail::range_rules);
    out.append(value.upper_inclusive_ ? "]" : ")");
    return failure;
  }
};

template <class T>
struct codec<multirange<T>> {
  static constexpr oid declared_oid = detail::made_of(detail::builtin_multiranges, detail::declared_oid<range<T>>);
  static constexpr protocol::format preferred_format = detail::preferred_format<T>;
  static constexpr bool binary_where_known = true;

  static decode_function<multirange<T>> decoder(const value_type& from) noexcept
    requires decodable<T>
  {
    const value_type part = part_of(from);
    return part.type != 0 && codec<range<T>>::decoder(part) != nullptr ? &read : nullptr;
  }

  static encoding<multirange<T>> encoder(const value_type& to) noexcept
    requires encodable<T>
  {
    const value_type part = part_of(to);
    if (part.type == 0 && !detail::is_unknown_type(to.type, to.registry)) return {};
    const protocol::format as = codec<range<T>>::encoder(part).format;
    if (as == protocol::format::binary && part.type != 0) return {protocol::format::binary, &write_binary};
    if (!detail::writes_part<range<T>>({part.type, protocol::format::text, to.registry})) return {};
    return {protocol::format::text, &write_text};
  }

 private:
  static value_type part_of(const value_type& type) noexcept {
    return {detail::range_type(type.type, type.registry), type.format, type.registry};
  }

  static errc read(protocol::bytes_view bytes, multirange<T>& out, const value_type& from) {
    const value_type part = part_of(from);
    detail::multirange_reader in;
    if (const errc e = in.open(bytes, from.format); e != errc{}) return e;
    out.ranges.clear();
    for (protocol::field field; in.next(field);)
      if (const errc e = detail::read_part(field, out.ranges.emplace_back(), part); e != errc{}) return e;
    return in.finish();
  }

  static errc write_binary(const multirange<T>& value, protocol::buffer& out, const value_type& to) {
    if (value.ranges.size() > std::numeric_limits<std::int32_t>::max()) return errc::out_of_range;
    out.append_i32(static_cast<std::int32_t>(value.ranges.size()));
    const value_type part = part_of({to.type, protocol::format::binary, to.registry});
    for (const range<T>& r : value.ranges)
      if (const errc e = detail::append_binary_part(out, r, part); e != errc{}) return e;
    return errc{};
  }

  static errc write_text(const multirange<T>& value, protocol::buffer& out, const value_type& to) {
    const value_type part = part_of({to.type, protocol::format::text, to.registry});
    out.append("{");
    for (std::size_t i = 0; i < value.ranges.size(); ++i) {
      if (i != 0) out.append(",");
      const encoding<range<T>> chosen = codec<range<T>>::encoder(part);
      if (const errc e = chosen.write(value.ranges[i], out, part); e != errc{}) return e;
    }
    out.append("}");
    return errc{};
  }
};

/// As PostgreSQL writes it: [1,5). Requires that T's codec writes text.
template <class T>
  requires encodable<T>
std::string to_string(const range<T>& value) {
  return detail::text_of_value(value);
}

/// {[1,5),[7,9)}
template <class T>
  requires encodable<T>
std::string to_string(const multirange<T>& value) {
  return detail::text_of_value(value);
}

/// Takes what to_string() gives, where T's codec has a declared_oid of which PostgreSQL has a range. invalid_value,
/// out_of_range.
template <class T>
  requires(decodable<T> && codec<range<T>>::declared_oid != 0)
errc parse(std::string_view text, range<T>& out) {
  return detail::value_of_text(text, out);
}
template <class T>
  requires(decodable<T> && codec<multirange<T>>::declared_oid != 0)
errc parse(std::string_view text, multirange<T>& out) {
  return detail::value_of_text(text, out);
}

}  // namespace pgcoro
