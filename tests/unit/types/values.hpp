// Values, columns, rows and parameters as they stand on the wire, and short ways to decode and encode one.
#pragma once

#include <cstdint>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/detail/encode_value.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/row_mapping.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro {

inline void PrintTo(errc code, std::ostream* out) {
  *out << (code == errc{} ? std::string("no error") : boost::system::error_code(code).message());
}

namespace testing {

using protocol::format;

inline std::string bytes(std::initializer_list<int> values) {
  std::string made;
  for (const int v : values) made.push_back(static_cast<char>(v));
  return made;
}

/// A number of any width in network order.
template <class Number>
std::string be(Number value) {
  std::string made(sizeof value, '\0');
  protocol::store_be(reinterpret_cast<std::byte*>(made.data()), value);
  return made;
}

/// What decoding answered: a value or an error.
template <class T>
struct decoded {
  errc code{};
  T value{};

  friend bool operator==(const decoded&, const decoded&) = default;
  friend void PrintTo(const decoded& d, std::ostream* out) {
    if (d.code != errc{})
      PrintTo(d.code, out);
    else
      *out << ::testing::PrintToString(d.value);
  }
};

/// errc::type_mismatch where T has no decoder for that type and format.
template <class T>
decoded<T> decode(oid type, format f, std::string_view value) {
  const value_type from{type, f};
  const decode_function<T> decoder = codec<T>::decoder(from);
  if (decoder == nullptr) return {errc::type_mismatch};
  T out{};
  const errc code = decoder(protocol::as_bytes(value), out, from);
  if (code != errc{}) return {code};
  return {code, out};
}
template <class T>
decoded<T> decode_binary(oid type, std::string_view value) {
  return decode<T>(type, format::binary, value);
}
template <class T>
decoded<T> decode_text(oid type, std::string_view value) {
  return decode<T>(type, format::text, value);
}

template <class T>
decoded<T> ok(T value) {
  return {errc{}, std::move(value)};
}
template <class T>
decoded<T> failure(errc code) {
  return {code};
}

/// A parameter as a Bind has it.
struct parameter {
  format f = format::text;
  std::optional<std::string> value;

  friend bool operator==(const parameter&, const parameter&) = default;
  friend void PrintTo(const parameter& p, std::ostream* out) {
    *out << (p.f == format::binary ? "binary " : "text ") << ::testing::PrintToString(p.value);
  }
};

inline parameter binary(std::string value) { return {format::binary, std::move(value)}; }
inline parameter text(std::string value) { return {format::text, std::move(value)}; }
inline parameter null() { return {format::text, std::nullopt}; }

/// The parameters of the one Bind that `out` holds.
inline std::vector<parameter> parameters_in(const protocol::buffer& out) {
  protocol::bind_request bind;
  const protocol::protocol_error e = protocol::parse(out.data().subspan(5), bind);
  EXPECT_FALSE(e) << e.to_string();
  std::vector<parameter> made;
  for (const protocol::field& f : bind.parameters) {
    made.emplace_back();
    if (!f.is_null()) made.back().value = std::string(protocol::as_text(f.bytes()));
  }
  std::size_t next = 0;
  for (const format f : bind.parameter_formats) made.at(next++).f = f;
  return made;
}

struct encoded {
  errc code{};
  parameter value;

  friend bool operator==(const encoded&, const encoded&) = default;
  friend void PrintTo(const encoded& e, std::ostream* out) {
    if (e.code != errc{})
      PrintTo(e.code, out);
    else
      PrintTo(e.value, out);
  }
};

inline encoded sent(parameter value) { return {errc{}, std::move(value)}; }
inline encoded refused(errc code) { return {code, {}}; }

/// One value as a parameter of that type.
template <class T>
encoded encode(oid type, const T& value) {
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, 1);
  const errc code = detail::encode_value(value, type, nullptr, bind);
  if (code != errc{}) return refused(code);
  EXPECT_EQ(bind.finish(format::binary), errc{});
  return sent(parameters_in(out).at(0));
}

/// One value where only text will do.
template <class T>
encoded encode_as_text(oid type, const T& value) {
  const value_type to{type, format::text};
  const encoding<T> chosen = codec<T>::encoder(to);
  if (!chosen) return refused(errc::type_mismatch);
  EXPECT_EQ(chosen.format, format::text);
  protocol::buffer out;
  const errc code = chosen.write(value, out, to);
  return code == errc{} ? sent(text(std::string(protocol::as_text(out.data())))) : refused(code);
}

inline column make_column(std::string name, oid type, format f = format::binary) {
  column made;
  made.name = std::move(name);
  made.type = type;
  made.format = f;
  return made;
}

inline row_description make_columns(std::vector<column> columns) {
  row_description made;
  made.columns = std::move(columns);
  return made;
}

inline std::shared_ptr<const row_description> share(row_description columns) {
  return std::make_shared<const row_description>(std::move(columns));
}

/// The body of a DataRow.
inline std::string make_row(const std::vector<std::optional<std::string>>& values) {
  std::string body = be(static_cast<std::uint16_t>(values.size()));
  for (const auto& v : values) {
    body += be(v ? static_cast<std::int32_t>(v->size()) : std::int32_t{-1});
    if (v) body += *v;
  }
  return body;
}

}  // namespace testing
}  // namespace pgcoro
