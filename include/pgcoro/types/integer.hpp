// Integers of every width and sign, from and to int2, int4, int8, oid and numeric; to float4, float8 and text as well;
// from and to the identifiers that are integers underneath: xid, xid8, cid and, in binary, regclass and its like. What
// does not fit, and a numeric that is no integer, is errc::out_of_range, in both directions.
#pragma once

#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {
namespace detail {

template <integer T>
constexpr std::string_view integer_name() noexcept {
  constexpr std::string_view names[2][4] = {{"std::uint8_t", "std::uint16_t", "std::uint32_t", "std::uint64_t"},
                                            {"std::int8_t", "std::int16_t", "std::int32_t", "std::int64_t"}};
  return names[std::is_signed_v<T> ? 1 : 0][sizeof(T) == 8 ? 3 : sizeof(T) / 2];
}

/// The narrowest integer on the wire that holds every T; int8 for std::uint64_t, for want of a wider one.
template <integer T>
using wire_integer = std::conditional_t<
    std::in_range<std::int16_t>(std::numeric_limits<T>::max()), std::int16_t,
    std::conditional_t<std::in_range<std::int32_t>(std::numeric_limits<T>::max()), std::int32_t, std::int64_t>>;

template <class T>
struct PGCORO_DECL integer_codec {
 private:
  using common_wire = wire_integer<T>;

  static errc read_common(protocol::bytes_view bytes, T& out, const value_type&) noexcept {
    if (bytes.size() != sizeof(common_wire)) [[unlikely]]
      return errc::invalid_value;
    const auto value = protocol::load_be<common_wire>(bytes.data());
    if (!std::in_range<T>(value)) [[unlikely]]
      return errc::out_of_range;
    out = static_cast<T>(value);
    return errc{};
  }

 public:
  static constexpr std::string_view name = integer_name<T>();
  static constexpr oid declared_oid = sizeof(common_wire) == 2   ? oids::int2
                                      : sizeof(common_wire) == 4 ? oids::int4
                                                                 : oids::int8;
  static constexpr decode_function<T> common_decoder = &read_common;

  static constexpr std::size_t common_size = sizeof(common_wire);
  static errc common_store(T value, std::byte* to) noexcept {
    protocol::store_be(to, static_cast<common_wire>(value));
    return std::in_range<common_wire>(value) ? errc{} : errc::out_of_range;
  }

  static decode_function<T> decoder(const value_type& from) noexcept;
  /// Where the type is one that we have no binary format for, the server gets text to make of it what it can.
  static encoding<T> encoder(const value_type& to) noexcept;
};

// Compiled in the library.
extern template struct integer_codec<signed char>;
extern template struct integer_codec<unsigned char>;
extern template struct integer_codec<short>;
extern template struct integer_codec<unsigned short>;
extern template struct integer_codec<int>;
extern template struct integer_codec<unsigned>;
extern template struct integer_codec<long>;
extern template struct integer_codec<unsigned long>;
extern template struct integer_codec<long long>;
extern template struct integer_codec<unsigned long long>;

}  // namespace detail

template <detail::integer T>
struct codec<T> : detail::integer_codec<T> {};

}  // namespace pgcoro
