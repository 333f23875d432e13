// What sql() takes and what it makes, as the library sees it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/argument_type.hpp>
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/parameter.hpp>
#include <pgcoro/detail/structure.hpp>

namespace pgcoro::detail {

/// A value of any type, shared by all statements that it has become part of.
struct composed_value {
  const argument_type* type = nullptr;         ///< of a `borrowed<T>`
  std::shared_ptr<const void> borrowed_value;  ///< that, and the value it refers to
};

template <class Kept>
class kept_value {
 public:
  explicit kept_value(Kept value) : value_(std::move(value)), self_(value_) {}
  kept_value(const kept_value&) = delete;
  kept_value& operator=(const kept_value&) = delete;
  const borrowed<Kept>& self() const noexcept { return self_; }

 private:
  Kept value_;
  borrowed<Kept> self_;
};

/// Owns everything.
template <class T>
composed_value make_composed_value(T&& value) {
  using kept = decltype(keep_owned(plain(std::forward<T>(value))));
  const auto node = std::make_shared<const kept_value<kept>>(keep_owned(plain(std::forward<T>(value))));
  return {&argument_type_of<borrowed<kept>>, std::shared_ptr<const void>(node, &node->self())};
}

/// A statement or a part of one, with the values of its parameters.
struct composition {
  struct place {
    std::size_t begin;  ///< of "$n" in the text
    std::size_t end;
    std::size_t value;  ///< which: n - 1
  };

  std::string text;
  std::vector<place> places;
  std::vector<composed_value> values;
  arguments parameters;                 ///< refers to `values`
  bool numbered = false;                ///< the text has $1 of its own: values are given when it is run
  bool ends_in_comment = false;         ///< of the kind that a line's end ends
  bool needs_standard_strings = false;  ///< where a string ends depends on `standard_conforming_strings`
};

/// One argument of sql(). What it points to lives as long as the call.
struct sql_part {
  enum class kind : unsigned char {
    text,      ///< an identifier or a literal, as it is to stand there
    fragment,  ///< for a {}
    value,     ///< for a {}: becomes a parameter
    named,     ///< for a :name
    members,   ///< for any :name that is a member's
  };

  kind what = kind::text;
  std::string_view text = {};  ///< also the name of a named value
  const composition* fragment = nullptr;
  composed_value value = {};
  const void* object = nullptr;
  std::span<const std::string_view> names = {};
  composed_value (*member)(const void* object, std::size_t index) = nullptr;
};

/// A described struct's member as a value.
template <class T>
composed_value composed_member(const void* object, std::size_t index) {
  const auto members = structure<T>::tie(*static_cast<const T*>(object));
  composed_value made;
  std::size_t at = 0;
  std::apply([&](const auto&... member) { ((at++ == index ? void(made = make_composed_value(member)) : void()), ...); },
             members);
  return made;
}

/// Throws errc::invalid_composition.
PGCORO_DECL std::shared_ptr<const composition> compose_sql(std::string_view text, std::span<const sql_part> parts);
PGCORO_DECL std::shared_ptr<const composition> join_sql(std::span<const sql_part> parts, std::string_view separator);
PGCORO_DECL std::shared_ptr<const composition> list_sql(std::span<const sql_part> parts);

}  // namespace pgcoro::detail
