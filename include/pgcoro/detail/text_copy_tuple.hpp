// One row of COPY in text or CSV, written from C++ values as the text of the columns' own types.
#pragma once

#include <cstddef>
#include <string>
#include <tuple>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/copy_line_writer.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/or_default.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

/// What a member holds where it is no DEFAULT.
template <class M>
struct without_default {
  using type = M;
  static const M* get(const M& member) noexcept { return &member; }
};
template <class M>
struct without_default<or_default<M>> {
  using type = M;
  static const M* get(const or_default<M>& member) noexcept { return member.get(); }
};
template <class M>
using without_default_t = typename without_default<M>::type;

template <class T>
bool plan_text_column(copy_column& column) {
  column.to.format = protocol::format::text;
  column.to = without_domain(column.to);
  const encoding<T> chosen = codec<T>::encoder(column.to);
  column.write = reinterpret_cast<any_encoder>(chosen.write);
  return chosen && chosen.format == protocol::format::text;
}

template <class M>
bool plan_text_member(copy_column& column) {
  if constexpr (require_encodable<without_default_t<M>>())
    return plan_text_column<not_null_t<without_default_t<M>>>(column);
  else
    return false;  // the message has been given
}

template <class M>
std::string shown_text_member(const void* value) {
  const auto* const held = without_default<M>::get(*static_cast<const M*>(value));
  return held != nullptr ? shown_number(*held) : std::string();
}

template <class M>
inline constexpr copy_member text_copy_member_of{&plan_text_member<M>, cpp_name_of<without_default_t<M>>,
                                                 &shown_text_member<M>, declared_oid<not_null_t<without_default_t<M>>>};

template <class T>
errc write_text_value(const T& value, const copy_column& column, copy_line_writer& line, protocol::buffer& out) {
  const errc failed = reinterpret_cast<encode_function<T>>(column.write)(value, out, column.to);
  return failed != errc{} ? failed : line.end_value(out);
}

template <class M>
errc write_text_member(const M& member, const copy_column& column, copy_line_writer& line, protocol::buffer& out) {
  line.begin_value(out);
  const auto* const value = without_default<M>::get(member);
  if (value == nullptr) return line.default_value(out);
  if constexpr (nullable<without_default_t<M>>::value) {
    if (const auto* const held = nullable<without_default_t<M>>::get(*value))
      return write_text_value(*held, column, line, out);
    line.null_value(out);
    return errc{};
  } else {
    return write_text_value(*value, column, line, out);
  }
}

/// Writes one line. See write_copy_row().
template <class References, std::size_t... I>
errc write_copy_line(const References& values, const copy_column* columns, copy_line_writer& line,
                     protocol::buffer& out, std::size_t& failed_at, std::index_sequence<I...>) {
  errc failure{};
  const bool whole =
      ((failed_at = I, (failure = write_text_member(std::get<I>(values), columns[I], line, out)) == errc{}) && ...);
  if (whole)
    line.end(out);
  else
    line.abandon();
  return failure;
}

}  // namespace pgcoro::detail
