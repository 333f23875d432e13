// Types of your own that are another type underneath: one line each.
//
//   struct user_id { std::int64_t value; };
//   template <>
//   struct pgcoro::codec<user_id> : pgcoro::wrapped_codec<&user_id::value> {};
//
//   enum class channel_id : std::int32_t {};
//   template <>
//   struct pgcoro::codec<channel_id> : pgcoro::underlying_codec<channel_id> {};
//
// They convert as what they hold does: in rows, parameters, arrays and ranges.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <pgcoro/codec.hpp>

namespace pgcoro {
namespace detail {

/// `Access`: the types `outer` and `inner`, get(outer) and set(outer, inner).
template <class Access>
struct strong_codec_base {
  using outer = typename Access::outer;
  using inner = typename Access::inner;
  static_assert(!nullable<inner>::value,
                "pgcoro: a strong type holds a value: what may be NULL is a std::optional of the strong type");

  static constexpr oid declared_oid = detail::declared_oid<inner>;
  static constexpr protocol::format preferred_format = detail::preferred_format<inner>;
  static constexpr bool binary_where_known = detail::binary_where_known<inner>;
  static constexpr bool is_view = detail::is_view<inner>;

  static encoding<outer> encoder(const value_type& to) noexcept
    requires has_encoder<inner>
  {
    const encoding<inner> chosen = codec<inner>::encoder(to);
    return {chosen.format, chosen ? &write : nullptr};
  }

 protected:
  /// Asks for the decoder again with each value: what is chosen for a column has no place to keep it.
  static errc read(protocol::bytes_view bytes, outer& out, const value_type& from) {
    return read_with(codec<inner>::decoder(from), bytes, out, from);
  }
  static errc read_with(decode_function<inner> decoder, protocol::bytes_view bytes, outer& out,
                        const value_type& from) {
    inner held{};
    const errc failure = decoder(bytes, held, from);
    if (failure == errc{}) Access::set(out, std::move(held));
    return failure;
  }

 private:
  static errc write(const outer& value, protocol::buffer& out, const value_type& to) {
    return codec<inner>::encoder(to).write(Access::get(value), out, to);
  }
};

template <class Access>
struct strong_codec : strong_codec_base<Access> {
  using typename strong_codec_base<Access>::inner;
  using typename strong_codec_base<Access>::outer;

  static decode_function<outer> decoder(const value_type& from) noexcept
    requires has_decoder<inner>
  {
    return codec<inner>::decoder(from) != nullptr ? &strong_codec::read : nullptr;
  }
};

/// With the usual case of what it holds.
template <class Access>
  requires has_common_store<typename Access::inner> && requires { codec<typename Access::inner>::common_decoder; }
struct strong_codec<Access> : strong_codec_base<Access> {
  using typename strong_codec_base<Access>::inner;
  using typename strong_codec_base<Access>::outer;

 private:
  static errc read_common(protocol::bytes_view bytes, outer& out, const value_type& from) {
    return strong_codec::read_with(codec<inner>::common_decoder, bytes, out, from);
  }

 public:
  static constexpr decode_function<outer> common_decoder = &read_common;
  static constexpr std::size_t common_size = codec<inner>::common_size;
  static errc common_store(const outer& value, std::byte* to) {
    return codec<inner>::common_store(Access::get(value), to);
  }

  static decode_function<outer> decoder(const value_type& from) noexcept {
    const decode_function<inner> chosen = codec<inner>::decoder(from);
    if (chosen == codec<inner>::common_decoder) return common_decoder;
    return chosen != nullptr ? &strong_codec::read : nullptr;
  }
};

template <auto Member>
struct member_access;
template <class Outer, class Inner, Inner Outer::* Member>
struct member_access<Member> {
  using outer = Outer;
  using inner = Inner;
  static const Inner& get(const Outer& value) noexcept { return value.*Member; }
  static void set(Outer& value, Inner&& held) { value.*Member = std::move(held); }
};

template <class Enum>
struct underlying_access {
  using outer = Enum;
  using inner = std::underlying_type_t<Enum>;
  static inner get(Enum value) noexcept { return static_cast<inner>(value); }
  static void set(Enum& value, inner held) noexcept { value = static_cast<Enum>(held); }
};

}  // namespace detail

/// The codec of a type that holds one value in a member.
template <auto Member>
struct wrapped_codec : detail::strong_codec<detail::member_access<Member>> {};

/// The codec of an enum that is a number in the database.
template <class Enum>
  requires std::is_enum_v<Enum>
struct underlying_codec : detail::strong_codec<detail::underlying_access<Enum>> {};

}  // namespace pgcoro
