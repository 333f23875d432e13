// The codec of a C++ type that was made for one PostgreSQL type: from and to that type, in both formats. The server
// gets its text where the type is still to be inferred, is not built in, or is a text type.
//
//   template <>
//   struct codec<point> : detail::single_type_codec<point, oids::point> {
//     static constexpr std::string_view name = "pgcoro::point";
//   };
//
// The two functions are compiled in the library (src/types/wire_format.hpp).
#pragma once

#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {

template <class T, oid Type>
struct single_type_codec {
  static constexpr oid declared_oid = Type;

  PGCORO_DECL static decode_function<T> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<T> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro::detail
