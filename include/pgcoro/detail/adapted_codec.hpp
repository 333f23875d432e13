// The codec of a C++ type by way of another: the value is converted, and that other type goes over the wire.
//
//   struct by_way_of_numeric {
//     using wire = numeric;
//     using wire_codec = codec<numeric>;
//     static errc to_wire(const big& value, numeric& out);
//     static errc from_wire(const numeric& value, big& out);
//   };
//   template <>
//   struct codec<big> : detail::adapted_codec<big, by_way_of_numeric> {
//     static constexpr std::string_view name = "big";
//     static constexpr oid declared_oid = oids::numeric;
//   };
#pragma once

#include <pgcoro/codec.hpp>

namespace pgcoro::detail {

template <class T, class Way>
struct adapted_codec {
  static decode_function<T> decoder(const value_type& from) noexcept {
    return Way::wire_codec::decoder(from) != nullptr ? &read : nullptr;
  }
  static encoding<T> encoder(const value_type& to) noexcept {
    const encoding<typename Way::wire> chosen = Way::wire_codec::encoder(to);
    return {chosen.format, chosen ? &write : nullptr};
  }

 private:
  static errc read(protocol::bytes_view bytes, T& out, const value_type& from) {
    typename Way::wire value{};
    const errc failed = Way::wire_codec::decoder(from)(bytes, value, from);
    return failed != errc{} ? failed : Way::from_wire(value, out);
  }
  static errc write(const T& value, protocol::buffer& out, const value_type& to) {
    typename Way::wire converted{};
    const errc failed = Way::to_wire(value, converted);
    return failed != errc{} ? failed : Way::wire_codec::encoder(to).write(converted, out, to);
  }
};

}  // namespace pgcoro::detail
