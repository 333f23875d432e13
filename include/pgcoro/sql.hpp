// Statements composed of text, names and values.
//
//   co_await db.fetch<user>(pgcoro::sql("SELECT * FROM users WHERE name = :name OR nick = :name",
//                                       pgcoro::arg("name", name)));
//   co_await db.execute(pgcoro::sql("INSERT INTO {} (id, tag) VALUES ({}, {})", pgcoro::identifier(table), 7, tag));
//   auto filter = pgcoro::sql("age BETWEEN {} AND {}", low, high);
//   co_await db.query(pgcoro::sql("SELECT * FROM users WHERE {}", filter));
//
// Values never become text: they are the parameters $1, $2 … of the statement. The same text with other values is the
// same statement, prepared once.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/composition.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/query_text.hpp>

namespace pgcoro {

/// The text that sql() takes: a literal of the program, checked by the compiler, so that no input can become part of a
/// statement by accident.
class sql_text {
 public:
  consteval sql_text(const char* literal) : text_(literal) {}

  constexpr std::string_view view() const noexcept { return text_; }

 private:
  friend sql_text unsafe_sql(std::string_view text) noexcept;
  struct unchecked {};
  constexpr sql_text(unchecked, std::string_view text) noexcept : text_(text) {}

  std::string_view text_;
};

/// Text that is no literal, for sql(): from a file of the program's own, say. Whoever controls it controls the
/// database: no input may be in it.
[[nodiscard]] inline sql_text unsafe_sql(std::string_view text) noexcept { return {sql_text::unchecked(), text}; }

/// A statement or a part of one, with the values of its parameters. It can be run wherever text and arguments can, any
/// number of times, and stand for a {} in others. Cheap to copy, immutable; an empty one is an empty part.
class PGCORO_DECL composed_sql {
 public:
  composed_sql() noexcept = default;
  explicit composed_sql(std::shared_ptr<const detail::composition> made) noexcept : made_(std::move(made)) {}

  /// With $1, $2 … for the values.
  std::string_view text() const noexcept { return made_ ? std::string_view(made_->text) : std::string_view(); }
  /// How many values it carries.
  std::size_t parameter_count() const noexcept { return made_ ? made_->values.size() : 0; }
  bool empty() const noexcept { return text().empty(); }

  const std::shared_ptr<const detail::composition>& made() const noexcept { return made_; }

 private:
  std::shared_ptr<const detail::composition> made_;
};

/// A value and its name; see arg().
template <class T>
class named_argument {
 public:
  named_argument(std::string_view name, T&& value) noexcept : name_(name), value_(std::forward<T>(value)) {}

  std::string_view name() const noexcept { return name_; }
  T&& take() const noexcept { return std::forward<T>(value_); }

 private:
  std::string_view name_;
  T&& value_;
};

/// The value of :name in the text. To be used in the call of sql() alone: it refers to both.
template <class T>
[[nodiscard]] named_argument<T> arg(std::string_view name, T&& value) noexcept {
  return named_argument<T>(name, std::forward<T>(value));
}

namespace detail {

template <class T>
inline constexpr bool is_named_argument = false;
template <class T>
inline constexpr bool is_named_argument<named_argument<T>> = true;

/// A described struct that is a row, not a value: its members have names that parameters may have, too.
template <class T>
concept named_source = described_struct<T> && is_row<T>;

/// T: as an argument is passed.
template <class T>
constexpr bool require_composable_value() {
  using type = std::remove_cvref_t<T>;
  constexpr bool is_value = !is_named_argument<type> && !std::same_as<type, identifier> &&
                            !std::same_as<type, literal> && !std::same_as<type, composed_sql>;
  static_assert(is_value,
                "pgcoro: a :name stands for a value; identifiers, lists and parts of statements go where {} is");
  if constexpr (is_value)
    return require_encodable<std::remove_cvref_t<decltype(plain(std::declval<T>()))>>();
  else
    return false;
}

template <class T>
sql_part part_of(T&& argument) {
  using type = std::remove_cvref_t<T>;
  sql_part part;
  if constexpr (std::same_as<type, identifier> || std::same_as<type, literal>) {
    part.text = argument.text();
  } else if constexpr (std::same_as<type, composed_sql>) {
    part.what = sql_part::kind::fragment;
    part.fragment = argument.made().get();
  } else if constexpr (is_named_argument<type>) {
    part.what = sql_part::kind::named;
    part.text = argument.name();
    if constexpr (require_composable_value<decltype(argument.take())>())
      part.value = make_composed_value(argument.take());
  } else if constexpr (named_source<type>) {
    part.what = sql_part::kind::members;
    part.object = &argument;
    part.names = structure<type>::names;
    part.member = &composed_member<type>;
  } else if constexpr (require_composable_value<T>()) {
    part.what = sql_part::kind::value;
    part.value = make_composed_value(std::forward<T>(argument));
  }
  return part;
}

template <class Range>
std::vector<sql_part> parts_of(Range&& range) {
  std::vector<sql_part> parts;
  for (auto&& element : range) {
    using type = std::remove_cvref_t<decltype(element)>;
    static_assert(!is_named_argument<type> && !named_source<type>,
                  "pgcoro: a list is of values, identifiers or parts of statements");
    if constexpr (std::is_lvalue_reference_v<decltype(element)>)
      parts.push_back(part_of(element));
    else
      parts.push_back(part_of(static_cast<typename std::remove_cvref_t<Range>::value_type>(element)));  // vector<bool>
  }
  return parts;
}

}  // namespace detail

/// Puts a statement together.
///
/// In `text`, outside of quotes, dollar quotes and comments, which are left as they are:
///   :name   the value of arg("name", value), or of the member of that name of a described struct. The same $n wherever
///           it is used. No name is what follows a colon right behind an operand, as in a[i:j] and json_object('k':v):
///           a statement without arguments means what it meant before. Casts (::) and := are no names either.
///   {}      the next of the other arguments: an identifier, a literal, what sql(), list() or join() made, or a value,
///           which becomes a parameter; a std::vector is one parameter, an array, as in `= ANY({})`
///   {{ }}   braces
///
/// Values are copied, or moved where they are rvalues, also the characters behind views.
///
/// Throws `errc::invalid_composition`: a name without a value, arg() or a value that the text does not use (members of
/// a struct may be left over), more or fewer {} than arguments for them, one name twice, $1 beside values, a quote or
/// comment without its end.
template <class... A>
[[nodiscard]] composed_sql sql(sql_text text, A&&... arguments) {
  const std::array<detail::sql_part, sizeof...(A)> parts{detail::part_of(std::forward<A>(arguments))...};
  return composed_sql(detail::compose_sql(text.view(), parts));
}

/// Text that was put together at run time is refused here.
template <class Text, class... A>
  requires(!std::convertible_to<Text, const char*> && std::convertible_to<Text, std::string_view>)
composed_sql sql(const Text&, A&&...) {
  static_assert(std::is_void_v<Text>,
                "pgcoro: sql() takes a literal: put values and names in with {} and :name; pgcoro::unsafe_sql(text) is "
                "for text that the program has from elsewhere, and that no input is part of");
  return {};
}

/// The elements of a range, each as {} would put it, with `separator` between them: conditions with " AND ", say. A
/// range without elements gives an empty part.
template <class Range>
[[nodiscard]] composed_sql join(const Range& range, sql_text separator) {
  return composed_sql(detail::join_sql(detail::parts_of(range), separator.view()));
}

/// The same with commas: columns, or values as in `id IN ({})`. Lists of different length are different statements,
/// each prepared by itself; `id = ANY({})` with a std::vector is always the same one. Throws
/// `errc::invalid_composition` where there is no element: SQL has no empty lists, ANY takes an empty array.
template <class Range>
[[nodiscard]] composed_sql list(const Range& range) {
  return composed_sql(detail::list_sql(detail::parts_of(range)));
}

}  // namespace pgcoro
