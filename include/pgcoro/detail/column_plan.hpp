// How the values of one column become members of a C++ type: chosen once, run for each row.
//
// What is done once goes through tables of functions, so that it is compiled in the library and not for every type that
// a program fetches; what is done for each value is a template and inlined.
#pragma once

#include <cstdint>
#include <string>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/require_codec.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {

/// A decode_function whose type is forgotten; cast back before it is called.
using any_decoder = void (*)();

/// What has to be known of a member's type before its column is.
struct member_type {
  any_decoder (*decoder)(const value_type& from) noexcept;
  detail::cpp_name cpp_name;
  protocol::format preferred_format;
  bool binary_where_known;
};

template <class M>
any_decoder decoder_of(const value_type& from) noexcept {
  if constexpr (require_decodable<M>())
    return reinterpret_cast<any_decoder>(codec<not_null_t<M>>::decoder(from));
  else
    return nullptr;  // the message has been given
}

template <class M>
inline constexpr member_type member_type_of{&decoder_of<M>, cpp_name_of<M>, preferred_format<not_null_t<M>>,
                                            binary_where_known<not_null_t<M>>};

/// The column of a member that has none: a row has fewer, its fields are counted with 16 bits and its columns by 1,664.
inline constexpr std::uint16_t no_column = 0xffff;

struct column_plan {
  any_decoder decoder = nullptr;
  value_type from;
  std::uint16_t column = 0;     ///< where it stands in the row
  std::uint16_t by_column = 0;  ///< in the plan of number n of a lax row: the member whose column is the n-th
};

template <class T>
[[gnu::always_inline]] inline errc read_not_null(protocol::bytes_view bytes, T& out, const column_plan& plan) {
  const auto decoder = reinterpret_cast<decode_function<T>>(plan.decoder);
  // The usual decoder is compared and inlined, which is cheaper than a call through a pointer.
  if constexpr (requires { codec<T>::common_decoder; }) {
    if (decoder == codec<T>::common_decoder) [[likely]]
      return codec<T>::common_decoder(bytes, out, plan.from);
  }
  return decoder(bytes, out, plan.from);
}

/// Reads one field. Inlined by force, as is all on the way here: only then does the reader of the row live in
/// registers, which is a third of the work.
template <class M>
[[gnu::always_inline]] inline errc read_member(const protocol::field& field, M& out, const column_plan& plan) {
  if constexpr (!has_decoder<not_null_t<M>>) {
    return errc::type_mismatch;  // decoder_of() has said so
  } else if constexpr (nullable<M>::value) {
    if (!field.is_null()) return read_not_null(field.bytes(), nullable<M>::engage(out), plan);
    nullable<M>::clear(out);
    return errc{};
  } else {
    if (field.is_null()) [[unlikely]]
      return errc::unexpected_null;
    return read_not_null(field.bytes(), out, plan);
  }
}

}  // namespace pgcoro::detail
