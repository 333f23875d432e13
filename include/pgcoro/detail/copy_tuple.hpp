// One row of binary COPY, written from C++ values as the columns' own types. PostgreSQL documentation, COPY, "Binary
// Format".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/append_value.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/encode_value.hpp>
#include <pgcoro/detail/json_wire.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/writer.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/types/basic.hpp>

namespace pgcoro::detail {

/// An encode_function whose type is forgotten; cast back before it is called.
using any_encoder = void (*)();

/// How the values of one member become those of a column: chosen once, run for each row.
struct copy_column {
  any_encoder write = nullptr;
  value_type to;
  bool sized = false;  ///< the codec's usual case: of a size that is known before it is written, and inlined
};

/// What has to be known of a member's type before its column is.
struct copy_member {
  bool (*plan)(copy_column& column);  ///< chooses for `column.to`; false where there is no binary form
  detail::cpp_name cpp_name;
  std::string (*shown)(const void* value);
  oid declared;
};

/// How many bytes a value takes is known before it is written, where its column is `sized`.
template <class T>
concept sized_in_advance = has_common_store<T> || requires(const T& value) { codec<T>::wire_bytes(value); };

/// A string is its own text form; jsonb and jsonpath have a version in front.
template <class T>
errc write_json_string(const T& value, protocol::buffer& out, const value_type&) {
  out.append_u8(1);
  return append_value(out, protocol::as_bytes(value));
}

template <class T>
bool plan_copy_column(copy_column& column) {
  column.to.format = protocol::format::binary;
  column.to = without_domain(column.to);
  column.sized = false;
  if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    if (column.to.type == oids::jsonb || column.to.type == oids::jsonpath) {
      column.write = reinterpret_cast<any_encoder>(&write_json_string<T>);
      return true;
    }
  }
  const encoding<T> chosen = codec<T>::encoder(column.to);
  if (!chosen || (chosen.format != protocol::format::binary && !has_text_as_binary(column.to))) return false;
  column.write = reinterpret_cast<any_encoder>(chosen.write);
  if constexpr (has_common_store<T>)
    column.sized = column.to.type == codec<T>::declared_oid;
  else
    column.sized = sized_in_advance<T>;
  return true;
}

template <class M>
bool plan_copy_member(copy_column& column) {
  if constexpr (require_encodable<M>())
    return plan_copy_column<not_null_t<M>>(column);
  else
    return false;  // the message has been given
}

template <class M>
std::string shown_copy_member(const void* value) {
  return shown_number(*static_cast<const M*>(value));
}

template <class M>
inline constexpr copy_member copy_member_of{&plan_copy_member<M>, cpp_name_of<M>, &shown_copy_member<M>,
                                            declared_oid<not_null_t<M>>};

template <class T>
errc write_chosen(const T& value, const copy_column& column, protocol::buffer& out) {
  const std::size_t start = out.size();
  out.append_u32(0);
  const errc failed = reinterpret_cast<encode_function<T>>(column.write)(value, out, column.to);
  const std::size_t size = out.size() - start - 4;
  if (size > protocol::max_message_length) return errc::message_too_large;
  protocol::store_be(out.begin_of_data() + start, static_cast<std::uint32_t>(size));
  return failed;
}

template <class T>
[[gnu::always_inline]] inline std::size_t size_of_value(const T& value) {
  if constexpr (has_common_store<T>)
    return codec<T>::common_size;
  else
    return codec<T>::wire_bytes(value).size();
}

template <class M>
[[gnu::always_inline]] inline std::size_t size_of_copy_member(const M& value) {
  if constexpr (nullable<M>::value) {
    const auto* const held = nullable<M>::get(value);
    return 4 + (held != nullptr ? size_of_value(*held) : 0);
  } else {
    return 4 + size_of_value(value);
  }
}

/// Short texts, of which there are many, without a call: as two words that may overlap.
[[gnu::always_inline]] inline void copy_value(std::byte* to, const std::byte* from, std::size_t size) {
  if (size >= 8 && size <= 16) {
    std::uint64_t first, last;
    std::memcpy(&first, from, sizeof first);
    std::memcpy(&last, from + size - sizeof last, sizeof last);
    std::memcpy(to, &first, sizeof first);
    std::memcpy(to + size - sizeof last, &last, sizeof last);
  } else if (size > 0) {
    std::memcpy(to, from, size);
  }
}

template <class T>
[[gnu::always_inline]] inline errc store_value(const T& value, std::byte*& at) {
  const std::size_t size = size_of_value(value);
  protocol::store_be(at, static_cast<std::uint32_t>(size));
  std::byte* const to = std::exchange(at, at + 4 + size) + 4;
  if constexpr (has_common_store<T>) {
    return codec<T>::common_store(value, to);
  } else {
    copy_value(to, codec<T>::wire_bytes(value).data(), size);
    return errc{};
  }
}

template <class M>
[[gnu::always_inline]] inline errc store_copy_member(const M& value, std::byte*& at) {
  if constexpr (nullable<M>::value) {
    if (const auto* const held = nullable<M>::get(value)) return store_value(*held, at);
    protocol::store_be(at, std::int32_t{-1});
    at += 4;
    return errc{};
  } else {
    return store_value(value, at);
  }
}

template <class T>
errc write_not_null(const T& value, const copy_column& column, protocol::buffer& out) {
  if constexpr (sized_in_advance<T>) {
    if (column.sized) {
      const std::size_t size = size_of_value(value);
      if (size > protocol::max_message_length) return errc::message_too_large;
      std::byte* at = out.prepare(4 + size);
      out.commit(4 + size);
      return store_value(value, at);
    }
  }
  return write_chosen(value, column, out);
}

template <class M>
errc write_copy_member(const M& value, const copy_column& column, protocol::buffer& out) {
  if constexpr (nullable<M>::value) {
    if (const auto* const held = nullable<M>::get(value)) return write_not_null(*held, column, out);
    out.append_i32(-1);
    return errc{};
  } else {
    return write_not_null(value, column, out);
  }
}

/// Writes one row. `values`: a tuple of references. On an error, which `failed_at` then says the column of, what was
/// appended is to be cut off by the caller.
template <class References, std::size_t... I>
errc write_copy_row(const References& values, const copy_column* columns, protocol::buffer& out, std::size_t& failed_at,
                    std::index_sequence<I...>) {
  out.append_u16(sizeof...(I));
  errc failure{};
  static_cast<void>(
      ((failed_at = I, (failure = write_copy_member(std::get<I>(values), columns[I], out)) == errc{}) && ...));
  return failure;
}

/// Likewise where all values are sized in advance, into `max_size` bytes of room. False where that is not enough, or a
/// value does not fit: nothing is appended then.
template <class Values, std::size_t... I>
[[gnu::always_inline]] inline bool store_copy_row(const Values& values, protocol::buffer& out, std::size_t max_size,
                                                  std::index_sequence<I...>) {
  const std::size_t size = (2 + ... + size_of_copy_member(std::get<I>(values)));
  if (size > max_size) [[unlikely]]
    return false;
  std::byte* at = out.end_of_data();
  protocol::store_be(at, static_cast<std::uint16_t>(sizeof...(I)));
  at += 2;
  if (!((store_copy_member(std::get<I>(values), at) == errc{}) && ...)) [[unlikely]]
    return false;
  out.commit(size);
  return true;
}

/// Chooses for every column: errc::column_count_mismatch, type_mismatch with names.
[[nodiscard]] PGCORO_DECL error_info plan_copy(std::span<const copy_member* const> members,
                                               const row_description& columns, protocol::format format,
                                               std::span<copy_column> out);

/// "row 3, column "age" (std::int32_t → int2): value 70000 is out of range"
[[nodiscard]] PGCORO_DECL error_info copy_value_error(errc why, std::uint64_t row, const copy_member& member,
                                                      const column& column, const type_registry* registry,
                                                      const void* value);

/// Signature, flags and an empty extension, in front of the first row.
PGCORO_DECL void write_copy_header(protocol::buffer& out);
/// Behind the last row.
PGCORO_DECL void write_copy_trailer(protocol::buffer& out);

}  // namespace pgcoro::detail
