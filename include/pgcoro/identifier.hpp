// Names and constants that are spliced into the text of a statement, quoted.
//
//   auto table = pgcoro::identifier("my schema", "my table");     // "my schema"."my table"
//   auto owner = pgcoro::literal("O'Reilly");                     // 'O''Reilly'
//   co_await db.execute(pgcoro::sql("COMMENT ON TABLE {} IS {}", table, owner));
//
// Values belong in parameters. A literal is for the statements that take none: most of DDL, SET, COMMENT, NOTIFY.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/encode_value.hpp>
#include <pgcoro/detail/parameter.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro {

/// A name of one or several parts: table, schema and table, schema, table and column … Each part is taken as it stands,
/// upper case included, and quoted; nothing in it can end the quotes.
///
/// Throws `errc::invalid_composition` for a part that is empty, holds NUL, is no UTF-8, or is longer than the 63 bytes
/// which the server would cut it to without a word: two names might become one.
class PGCORO_DECL identifier {
 public:
  template <std::convertible_to<std::string_view>... Part>
    requires(sizeof...(Part) > 0)
  explicit identifier(const Part&... parts) {
    (append(std::string_view(parts)), ...);
  }

  /// As it stands in a statement.
  const std::string& text() const noexcept { return text_; }

 private:
  void append(std::string_view part);

  std::string text_;
};

namespace detail {

PGCORO_DECL std::string boolean_literal(bool value);
/// With a space in front where it is negative: `-{}` must not become the beginning of a comment.
PGCORO_DECL std::string number_literal(std::int64_t value);
PGCORO_DECL std::string number_literal(std::uint64_t value);
PGCORO_DECL std::string string_literal(std::string_view value);
[[noreturn]] PGCORO_DECL void throw_no_literal(errc why, const std::string& cpp_name);

/// Every type but numbers as the text that its codec writes.
template <class T>
std::string codec_literal(const T& value) {
  const value_type to{declared_oid<T>, protocol::format::text};
  const encoding<T> chosen = codec<T>::encoder(to);
  if (!chosen) throw_no_literal(errc::type_mismatch, cpp_name_of<T>());
  protocol::buffer text;
  const errc failed = chosen.write(value, text, to);
  if (failed != errc{}) throw_no_literal(failed, cpp_name_of<T>());
  return string_literal(protocol::as_text(text.data()));
}

template <class T>
std::string literal_of(const T& value) {
  if constexpr (!require_encodable<T>()) {
    return {};  // the message has been given
  } else if constexpr (nullable<T>::value) {
    const auto* const held = nullable<T>::get(value);
    return held != nullptr ? literal_of(*held) : std::string("NULL");
  } else if constexpr (std::same_as<T, bool>) {
    return boolean_literal(value);
  } else if constexpr (integer<T>) {
    return number_literal(std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>{value});
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return string_literal(value);
  } else {
    return codec_literal(value);
  }
}

}  // namespace detail

/// A value as a constant of SQL: anything that could be a parameter, std::nullopt and nullptr for NULL.
///
/// It means the same whatever `standard_conforming_strings` and `client_encoding` are, so that none of them has to be
/// known here: a backslash is written as E'\\', and beside one every character that is not ASCII as \uXXXX, since in
/// some encodings the backslash might be taken for the second byte of a character (CVE-2025-1094).
///
/// Throws `errc::invalid_composition` for text that is no UTF-8 or holds NUL.
class literal {
 public:
  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, literal>)
  explicit literal(const T& value) : text_(made(detail::plain(value))) {}

  /// As it stands in a statement.
  const std::string& text() const noexcept { return text_; }

 private:
  template <class T>
  static std::string made(const T& value) {
    return detail::literal_of(value);
  }

  std::string text_;
};

}  // namespace pgcoro
