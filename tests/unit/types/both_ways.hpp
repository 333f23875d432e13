// A value by each way into and out of its codec.
#pragma once

#include <string>
#include <string_view>

#include "unit/types/values.hpp"

namespace pgcoro::testing {

template <class T>
void expect_both_ways(oid type, const T& value, std::string_view wire, std::string_view as_text) {
  SCOPED_TRACE(as_text);
  EXPECT_EQ(decode_binary<T>(type, wire), ok(value));
  EXPECT_EQ(decode_text<T>(type, as_text), ok(value));
  EXPECT_EQ(encode(type, value), sent(binary(std::string(wire))));
  EXPECT_EQ(encode_as_text(type, value), sent(text(std::string(as_text))));
}

/// The same for a type that has to_string() and parse().
template <class T>
void expect_value(oid type, const T& value, std::string_view wire, std::string_view as_text) {
  expect_both_ways(type, value, wire, as_text);
  EXPECT_EQ(to_string(value), as_text);
  T parsed{};
  EXPECT_EQ(parse(as_text, parsed), errc{});
  EXPECT_EQ(parsed, value);
}

/// Neither with bytes missing at the end nor with one too many are these a value.
template <class T>
void expect_exact_length(oid type, std::string_view wire) {
  for (std::size_t size = 0; size < wire.size(); ++size)
    EXPECT_EQ(decode_binary<T>(type, wire.substr(0, size)), failure<T>(errc::invalid_value)) << size << " bytes";
  EXPECT_EQ(decode_binary<T>(type, std::string(wire) + '\0'), failure<T>(errc::invalid_value));
}

/// Nor is the text, cut anywhere.
template <class T>
void expect_whole_text(oid type, std::string_view as_text) {
  for (std::size_t size = 0; size < as_text.size(); ++size)
    EXPECT_EQ(decode_text<T>(type, as_text.substr(0, size)), failure<T>(errc::invalid_value)) << size << " characters";
  EXPECT_EQ(decode_text<T>(type, std::string(as_text) + '\0'), failure<T>(errc::invalid_value));
}

template <class T>
void expect_no_values(oid type, format f, std::initializer_list<std::string_view> wrong) {
  for (const std::string_view w : wrong) EXPECT_EQ(decode<T>(type, f, w), failure<T>(errc::invalid_value)) << w;
}

/// To types that the server infers, that are not built in, and to text; not to others.
template <class T>
void expect_text_elsewhere(const T& value, std::string_view as_text) {
  for (const oid type : {oids::unspecified, oids::text, oids::varchar, oid{16'400}})
    EXPECT_EQ(encode(type, value), sent(text(std::string(as_text)))) << type;
  for (const oid type : {oids::bool_, oids::int4, oids::bytea, oids::date})
    EXPECT_EQ(encode(type, value), refused(errc::type_mismatch)) << type;
  for (const oid type : {oids::bool_, oids::int4, oids::text, oids::bytea, oids::unspecified})
    for (const format f : {format::binary, format::text})
      EXPECT_EQ(decode<T>(type, f, as_text), failure<T>(errc::type_mismatch)) << type;
}

}  // namespace pgcoro::testing
