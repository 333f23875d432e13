// A registry made by hand, as a server's answer would make it, and values of its types there and back.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <pgcoro/type_registry.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {

/// OIDs of the types in known_types().
namespace shop {
inline constexpr oid mood = 20001;
inline constexpr oid mood_array = 20002;
inline constexpr oid zip = 20003;  ///< a domain over int4
inline constexpr oid zip_array = 20004;
inline constexpr oid address = 20005;  ///< street text, zip zip, mood mood
inline constexpr oid address_array = 20006;
inline constexpr oid person = 20007;  ///< name text, homes address[], age int4
inline constexpr oid people = 20008;  ///< a domain over address[]
inline constexpr oid moodrange = 20009;
inline constexpr oid moodmultirange = 20010;
inline constexpr oid hstore = 20011;
inline constexpr oid ltree = 20012;
inline constexpr oid citext = 20013;
inline constexpr oid citext_array = 20014;
inline constexpr oid geometry = 20015;
inline constexpr oid geometry_array = 20016;
inline constexpr oid vector = 20017;
inline constexpr oid halfvec = 20018;
inline constexpr oid sparsevec = 20019;
inline constexpr oid cube = 20020;
inline constexpr oid other = 20021;  ///< a base type of that name
inline constexpr oid unknown = 29999;
}  // namespace shop

inline type_info named(oid type, std::string name, type_kind kind, oid part = 0, oid array = 0) {
  type_info made;
  made.type = type;
  made.schema = "shop";
  made.name = std::move(name);
  made.kind = kind;
  made.part = part;
  made.array = array;
  return made;
}

inline const type_registry& known_types() {
  static const type_registry known = [] {
    std::vector<type_info> all{
        named(shop::mood, "mood", type_kind::enumeration, 0, shop::mood_array),
        named(shop::mood_array, "_mood", type_kind::array, shop::mood),
        named(shop::zip, "zip", type_kind::domain, oids::int4, shop::zip_array),
        named(shop::zip_array, "_zip", type_kind::array, shop::zip),
        named(shop::address, "address", type_kind::composite, 0, shop::address_array),
        named(shop::address_array, "_address", type_kind::array, shop::address),
        named(shop::person, "person", type_kind::composite),
        named(shop::people, "people", type_kind::domain, shop::address_array),
        named(shop::moodrange, "moodrange", type_kind::range, shop::mood),
        named(shop::moodmultirange, "moodmultirange", type_kind::multirange, shop::moodrange),
        named(shop::hstore, "hstore", type_kind::base),
        named(shop::ltree, "ltree", type_kind::base),
        named(shop::citext, "citext", type_kind::base, 0, shop::citext_array),
        named(shop::citext_array, "_citext", type_kind::array, shop::citext),
        named(shop::geometry, "geometry", type_kind::base, 0, shop::geometry_array),
        named(shop::geometry_array, "_geometry", type_kind::array, shop::geometry),
        named(shop::vector, "vector", type_kind::base),
        named(shop::halfvec, "halfvec", type_kind::base),
        named(shop::sparsevec, "sparsevec", type_kind::base),
        named(shop::cube, "cube", type_kind::base),
        named(shop::other, "other", type_kind::base),
    };
    for (type_info& t : all) {
      if (t.type == shop::mood) t.labels = {"sad", "ok", "very happy"};
      if (t.type == shop::address) t.attributes = {{"street", oids::text}, {"zip", shop::zip}, {"mood", shop::mood}};
      if (t.type == shop::person)
        t.attributes = {{"name", oids::text}, {"homes", shop::address_array}, {"age", oids::int4}};
      if (t.type == shop::geometry_array) t.delimiter = ':';
    }
    return type_registry().with(std::move(all));
  }();
  return known;
}

/// As decode(), with known_types() at hand.
template <class T>
decoded<T> decode_known(oid type, format f, std::string_view value) {
  const value_type from{type, f, &known_types()};
  const decode_function<T> decoder = codec<T>::decoder(from);
  if (decoder == nullptr) return {errc::type_mismatch};
  T out{};
  const errc code = decoder(protocol::as_bytes(value), out, from);
  if (code != errc{}) return {code};
  return {code, out};
}

/// As encode(), with known_types() at hand.
template <class T>
encoded encode_known(oid type, const T& value) {
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, 1);
  const errc code = detail::encode_value(value, type, &known_types(), bind);
  if (code != errc{}) return refused(code);
  EXPECT_EQ(bind.finish(format::binary), errc{});
  return sent(parameters_in(out).at(0));
}

/// A value with its size in front, as arrays, composites and ranges hold it.
inline std::string sized(std::string_view value) { return be(static_cast<std::int32_t>(value.size())).append(value); }
inline const std::string sized_null = be(std::int32_t{-1});

/// That no prefix of a value decodes to anything: `value` is one that does.
template <class T>
void expect_no_prefix_decodes(oid type, format f, std::string_view value) {
  ASSERT_EQ(decode_known<T>(type, f, value).code, errc{});
  for (std::size_t size = 0; size < value.size(); ++size) {
    const std::string prefix(value.substr(0, size));  // an allocation of its own: a read beyond it shows under ASan
    EXPECT_NE(decode_known<T>(type, f, prefix).code, errc{}) << "of " << size << " bytes";
  }
}

}  // namespace pgcoro::testing
