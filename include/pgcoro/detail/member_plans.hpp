// How the members of a C++ type are read from the columns of a row: one plan a member, made once, run for each row.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/require_codec.hpp>
#include <pgcoro/protocol/data_row.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro {

/// How the decoding of one row went.
struct decode_status {
  errc code{};               ///< errc::protocol_error: the row is no row of that description; else see decode_function
  std::uint32_t column = 0;  ///< the column that failed

  constexpr bool ok() const noexcept { return code == errc{}; }
  constexpr bool malformed() const noexcept { return code == errc::protocol_error; }
};

namespace detail {

/// How values of one column are decoded into an M.
template <class M>
class column_plan {
  using value = not_null_t<M>;
  static_assert(require_decodable<M>());

 public:
  bool prepare(const column& from, const type_registry* registry) noexcept {
    from_ = {from.type, from.format, registry};
    decode_ = codec<value>::decoder(from_);
    return decode_ != nullptr;
  }

  // Inlined by force: only then does the reader of the row live in registers, which is a third of the work.
  [[gnu::always_inline]] errc read(const protocol::field& field, M& out) const {
    if constexpr (nullable<M>::value) {
      if (field.is_null()) {
        nullable<M>::clear(out);
        return errc{};
      }
      return run(field.bytes(), nullable<M>::engage(out));
    } else {
      if (field.is_null()) [[unlikely]]
        return errc::unexpected_null;
      return run(field.bytes(), out);
    }
  }

  /// The format to ask the server for: binary where M is decoded from it.
  static protocol::format wanted_format(oid type, const type_registry* registry) noexcept {
    const bool binary = preferred_format<value> == protocol::format::binary &&
                        codec<value>::decoder({type, protocol::format::binary, registry}) != nullptr;
    return binary ? protocol::format::binary : protocol::format::text;
  }

 private:
  [[gnu::always_inline]] errc run(protocol::bytes_view bytes, value& out) const {
    // The usual decoder is compared and inlined, which is cheaper than a call through a pointer.
    if constexpr (requires { codec<value>::common_decoder; }) {
      if (decode_ == codec<value>::common_decoder) [[likely]]
        return codec<value>::common_decoder(bytes, out, from_);
    }
    return decode_(bytes, out, from_);
  }

  decode_function<value> decode_ = nullptr;
  value_type from_;
};

template <class Members, class Indices = std::make_index_sequence<std::tuple_size_v<Members>>>
class member_plans;

/// The plans of all members, in their order.
template <class... M, std::size_t... I>
class member_plans<std::tuple<M...>, std::index_sequence<I...>> {
 public:
  static constexpr std::size_t size = sizeof...(M);
  using references = std::tuple<M&...>;

  /// The first member that does not take its column; `size` where all do. Member i is read from column_of(i).
  template <class ColumnOf>
  std::size_t prepare(const row_description& from, ColumnOf column_of) noexcept {
    std::size_t failed = size;
    ((std::get<I>(plans_).prepare(from.columns[column_of(I)], from.registry.get()) || (failed = I, false)) && ...);
    return failed;
  }

  /// Reads the fields in the order of the members.
  [[gnu::always_inline]] decode_status read(protocol::data_row_reader& row, const references& out) const {
    if (row.count() != size) [[unlikely]]
      return {errc::protocol_error, 0};
    protocol::field field;
    errc failure{};
    std::uint32_t column = 0;
    const bool read_all =
        ((column = I, row.next(field) && (failure = std::get<I>(plans_).read(field, std::get<I>(out))) == errc{}) &&
         ...);
    if (read_all && row.finish()) [[likely]]
      return {};
    return explain(failure, column);
  }

  /// Reads the fields in their own order; member i takes column columns[i].
  decode_status read(protocol::data_row_reader& row, const references& out,
                     const std::array<std::uint16_t, size>& columns) const {
    if (row.count() != size) [[unlikely]]
      return {errc::protocol_error, 0};
    std::array<protocol::field, size> fields;
    for (protocol::field& field : fields)
      if (!row.next(field)) [[unlikely]]
        return {errc::protocol_error, 0};
    if (!row.finish()) [[unlikely]]
      return {errc::protocol_error, 0};
    errc failure{};
    std::uint32_t column = 0;
    const bool read_all =
        ((column = columns[I], (failure = std::get<I>(plans_).read(fields[columns[I]], std::get<I>(out))) == errc{}) &&
         ...);
    return read_all ? decode_status{} : explain(failure, column);
  }

  static protocol::format wanted_format(std::size_t member, oid type, const type_registry* registry) noexcept {
    using function = protocol::format (*)(oid, const type_registry*) noexcept;
    static constexpr function functions[] = {&column_plan<M>::wanted_format...};
    return functions[member](type, registry);
  }

  static constexpr std::array<protocol::format, size> preferred_formats{preferred_format<not_null_t<M>>...};

  static std::string cpp_name_of(std::size_t member) {
    static constexpr cpp_name_function functions[] = {&cpp_name<M>...};
    return functions[member]();
  }

 private:
  /// A reader that stops without a decoder's failure has met a malformed row. What the user's own decoders answer must
  /// not pass for one.
  static decode_status explain(errc failure, std::uint32_t column) noexcept {
    if (failure == errc{}) return {errc::protocol_error, column};
    return {failure == errc::protocol_error ? errc::invalid_value : failure, column};
  }

  std::tuple<column_plan<M>...> plans_;
};

}  // namespace detail

}  // namespace pgcoro
