// json and jsonb as Boost.JSON's values, or as any type that Boost.JSON converts: described structs, containers,
// variants.
//
//   boost::json::value settings = co_await db.fetch_one<boost::json::value>("SELECT settings FROM users WHERE id = $1",
//   7); auto point = (co_await db.fetch_one<pgcoro::as_json<point3d>>("SELECT '{…}'::jsonb")).value; co_await
//   db.execute("INSERT INTO events VALUES ($1)", pgcoro::as_json{event});
//
// std::string holds the text of a json or jsonb, untouched; that also keeps numbers which are neither 64-bit integers
// nor doubles, as Boost.JSON does not. SQL's NULL is an empty std::optional, JSON's null a value.
//
// Boost.JSON is no header-only library. Link pgcoro::json beside pgcoro::pgcoro, which brings it compiled; or, instead,
// Boost's own Boost::json, where the program links that already.
#pragma once

#include <boost/json/conversion.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/json_wire.hpp>

namespace pgcoro {

/// Arrays and objects may be nested this deep in what is read; deeper ones are errc::out_of_range.
inline constexpr std::size_t json_max_depth = 512;

/// A value that travels as JSON.
template <class T>
struct as_json {
  T value{};

  friend bool operator==(const as_json&, const as_json&) = default;
};
template <class T>
as_json(T) -> as_json<T>;

namespace detail {

inline errc parse_json(std::string_view text, boost::json::value& out) {
  boost::json::parse_options options;
  options.max_depth = json_max_depth;
  boost::json::error_code failed;
  out = boost::json::parse(text, failed, {}, options);
  if (!failed) return errc{};
  return failed == boost::json::error::too_deep ? errc::out_of_range : errc::invalid_value;
}

}  // namespace detail

/// From json and jsonb; to these, to text, and to types that the server infers.
template <>
struct codec<boost::json::value> {
 private:
  using json = boost::json::value;

  static errc read(protocol::bytes_view bytes, json& out, const value_type& from) {
    std::string_view text;
    const errc failed = detail::json_text(bytes, from, text);
    return failed != errc{} ? failed : detail::parse_json(text, out);
  }
  static errc write(const json& value, protocol::buffer& out, const value_type& to) {
    detail::write_json(boost::json::serialize(value), out, to);
    return errc{};
  }

 public:
  static constexpr std::string_view name = "boost::json::value";
  static constexpr oid declared_oid = oids::jsonb;

  static decode_function<json> decoder(const value_type& from) noexcept {
    return detail::is_json_type(from.type) ? &read : nullptr;
  }
  static encoding<json> encoder(const value_type& to) noexcept {
    encoding<json> made{protocol::format::text, &write};
    if (!detail::json_format(to, made.format)) return {};
    return made;
  }
};

/// As boost::json::value_to and value_from convert T. JSON that is no T is errc::invalid_value.
template <class T>
  requires(boost::json::has_value_to<T>::value || boost::json::has_value_from<T>::value)
struct codec<as_json<T>> {
 private:
  static errc read(protocol::bytes_view bytes, as_json<T>& out, const value_type& from) {
    boost::json::value parsed;
    const errc failed = codec<boost::json::value>::decoder(from)(bytes, parsed, from);
    if (failed != errc{}) return failed;
    try {
      auto converted = boost::json::try_value_to<T>(parsed);
      if (!converted) return errc::invalid_value;
      out.value = std::move(*converted);
      return errc{};
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {  // a conversion of the user's own
      return errc::invalid_value;
    }
  }
  static errc write(const as_json<T>& value, protocol::buffer& out, const value_type& to) {
    detail::write_json(boost::json::serialize(boost::json::value_from(value.value)), out, to);
    return errc{};
  }

 public:
  static constexpr std::string_view name = "a pgcoro::as_json";
  static constexpr oid declared_oid = oids::jsonb;

  static decode_function<as_json<T>> decoder(const value_type& from) noexcept
    requires(boost::json::has_value_to<T>::value)
  {
    return detail::is_json_type(from.type) ? &read : nullptr;
  }
  static encoding<as_json<T>> encoder(const value_type& to) noexcept
    requires(boost::json::has_value_from<T>::value)
  {
    encoding<as_json<T>> made{protocol::format::text, &write};
    if (!detail::json_format(to, made.format)) return {};
    return made;
  }
};

}  // namespace pgcoro
