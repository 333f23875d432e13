// std::variant: a column whose type is one of several, known when it runs.
//
//   std::variant<std::monostate, std::int64_t, double, std::string> cell;     // a NULL is the std::monostate in front
//
// The alternative is the first one that reads the column's type. As a parameter a variant goes as what it holds.
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/part_codec.hpp>

namespace pgcoro {

/// With a std::monostate in front, NULL is a state of the variant.
template <class... T>
struct nullable<std::variant<std::monostate, T...>> {
  static constexpr bool value = true;
  using inner = std::variant<std::monostate, T...>;
  static void clear(inner& to) noexcept { to.template emplace<0>(); }
  static inner& engage(inner& to) noexcept { return to; }
  static const inner* get(const inner& from) noexcept { return from.index() == 0 ? nullptr : &from; }
};

template <class... T>
struct codec<std::variant<T...>> {
  using variant = std::variant<T...>;
  static constexpr bool binary_where_known = true;
  static constexpr bool is_view = (detail::is_view<not_null_t<T>> || ...);

  static decode_function<variant> decoder(const value_type& from) noexcept {
    decode_function<variant> chosen = nullptr;
    static_cast<void>(((chosen = reader_of<T>(from)) || ...));
    return chosen;
  }

  /// Binary if all alternatives that become values of the type go in binary.
  static encoding<variant> encoder(const value_type& to) noexcept {
    const bool all_binary = to.format == protocol::format::binary && (goes<T>(to) && ...);
    if (all_binary && (goes_in<T>(to, protocol::format::binary) || ...)) return {protocol::format::binary, &write};
    const value_type as_text{to.type, protocol::format::text, to.registry};
    if ((goes_in<T>(as_text, protocol::format::text) || ...)) return {protocol::format::text, &write_text};
    return {};
  }

 private:
  template <class Alternative>
  static constexpr bool holds_nothing = std::is_same_v<Alternative, std::monostate>;

  template <class Alternative>
  static errc read(protocol::bytes_view bytes, variant& out, const value_type& from) {
    return codec<Alternative>::decoder(from)(bytes, out.template emplace<Alternative>(), from);
  }

  template <class Alternative>
  static decode_function<variant> reader_of(const value_type& from) noexcept {
    if constexpr (holds_nothing<Alternative>)
      return nullptr;
    else
      return detail::decoder_of<Alternative>(from) != nullptr ? &read<Alternative> : nullptr;
  }

  /// How an alternative is written; null where it is not, or holds nothing.
  template <class Alternative>
  static bool goes_in(const value_type& to, protocol::format format) noexcept {
    if constexpr (holds_nothing<Alternative>) {
      return false;
    } else {
      const encoding<Alternative> chosen = detail::part_encoder<Alternative>(to);
      return chosen && chosen.format == format;
    }
  }
  /// Whether an alternative is no reason against binary.
  template <class Alternative>
  static bool goes(const value_type& to) noexcept {
    return !goes_in<Alternative>(to, protocol::format::text);
  }

  static errc write_held(const variant& value, protocol::buffer& out, const value_type& to) {
    return std::visit(
        [&]<class Alternative>(const Alternative& held) {
          if constexpr (holds_nothing<Alternative>) {
            return errc::type_mismatch;  // a NULL is not written here
          } else {
            const encoding<Alternative> chosen = detail::part_encoder<Alternative>(to);
            return chosen && chosen.format == to.format ? chosen.write(held, out, to) : errc::type_mismatch;
          }
        },
        value);
  }
  static errc write(const variant& value, protocol::buffer& out, const value_type& to) {
    return write_held(value, out, {to.type, protocol::format::binary, to.registry});
  }
  static errc write_text(const variant& value, protocol::buffer& out, const value_type& to) {
    return write_held(value, out, {to.type, protocol::format::text, to.registry});
  }
};

}  // namespace pgcoro
