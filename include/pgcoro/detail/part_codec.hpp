// Values within values: the bounds of a range, the attributes of a composite.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/detail/literal.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {

/// Values of the declared type, in binary, are read and written in place.
template <class T>
concept has_usual_case = has_common_store<T> && requires { codec<T>::common_decoder; };

/// Reads a part of that type. type_mismatch where no Part is read from it; else see read_member().
template <class Part>
errc read_part(const protocol::field& field, Part& out, const value_type& from) {
  column_plan plan;
  plan.from = from;
  if constexpr (has_usual_case<not_null_t<Part>>) {
    using usual = codec<not_null_t<Part>>;
    if (from.type == usual::declared_oid && from.format == protocol::format::binary) [[likely]] {
      plan.decoder = reinterpret_cast<any_decoder>(usual::common_decoder);
      return read_member(field, out, plan);
    }
  }
  plan.decoder = decoder_of<Part>(from);
  return plan.decoder != nullptr ? read_member(field, out, plan) : errc::type_mismatch;
}

/// Appends a size and what `write` appends, whose size that is.
template <class Write>
errc append_sized(protocol::buffer& out, Write write) {
  const std::size_t begin = out.size();
  out.append_u32(0);
  const errc failure = write();
  const std::size_t size = out.size() - begin - 4;
  if (size > std::numeric_limits<std::int32_t>::max()) return errc::out_of_range;
  protocol::store_be(out.begin_of_data() + begin, static_cast<std::uint32_t>(size));
  return failure;
}

/// How a Part is written; null where it cannot be.
template <class Part>
encoding<Part> part_encoder(const value_type& to) noexcept {
  if constexpr (require_encodable<Part>())
    return codec<Part>::encoder(to);
  else
    return {};  // the message has been given
}

/// Whether a Part can be written to that type, and in the format that `to` names.
template <class Part>
bool writes_part(const value_type& to) noexcept {
  const encoding<Part> chosen = part_encoder<Part>(to);
  return chosen && chosen.format == to.format;
}

/// Appends a value that is not NULL with its size, as binary formats hold it.
template <class Part>
errc append_binary_part(protocol::buffer& out, const Part& value, const value_type& to) {
  const encoding<Part> chosen = part_encoder<Part>(to);
  if (!chosen || chosen.format != protocol::format::binary) return errc::type_mismatch;
  return append_sized(out, [&] { return chosen.write(value, out, to); });
}

/// Appends a value that is not NULL as a word of a literal.
template <class Part>
errc append_text_part(protocol::buffer& out, const Part& value, const value_type& to, const literal_rules& rules) {
  const encoding<Part> chosen = part_encoder<Part>(to);
  if (!chosen || chosen.format != protocol::format::text) return errc::type_mismatch;
  const std::size_t begin = out.size();
  const errc failure = chosen.write(value, out, to);
  if (failure == errc{}) quote_word(out, begin, rules);
  return failure;
}

/// The text of a value on its own, as a parameter whose type the server is to infer; empty where there is none.
template <class T>
std::string text_of_value(const T& value) {
  const value_type to{declared_oid<T>, protocol::format::text};
  const encoding<T> chosen = codec<T>::encoder(to);
  protocol::buffer out;
  if (!chosen || chosen.write(value, out, to) != errc{}) return {};
  return std::string(protocol::as_text(out.data()));
}

template <class T>
errc value_of_text(std::string_view text, T& out) {
  const value_type from{declared_oid<T>, protocol::format::text};
  const decode_function<T> decoder = codec<T>::decoder(from);
  return decoder != nullptr ? decoder(protocol::as_bytes(text), out, from) : errc::type_mismatch;
}

}  // namespace pgcoro::detail
