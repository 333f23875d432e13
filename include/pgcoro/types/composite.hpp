// Composite types: structs, tuples and pairs as values of one column or parameter.
//
//   struct address { std::string street; int zip; };
//   BOOST_DESCRIBE_STRUCT(address, (), (street, zip))     // attributes are found by name; without it, by position
//
//   struct customer { std::int64_t id; address home; std::vector<address> others; };     // rows with composite columns
//   co_await db.fetch<customer>("SELECT id, home, others FROM customers");
//   co_await db.execute("INSERT INTO customers (home) VALUES ($1)", home);
//
// A struct is a row where rows are fetched as it, and a composite value wherever it is part of something: a member of a
// row, an element of an array, an attribute, a parameter, a std::optional. One line makes it a value everywhere, so
// that fetch<address>() reads one column:
//
//   template <>
//   inline constexpr bool pgcoro::is_composite<address> = true;
//
// Without that line std::tuple<address> says the same. As a parameter a struct needs a composite type that is known by
// now, which every statement that is described knows; elsewhere it is sent as text for the server to infer its type.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/array_level.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/composite_parts.hpp>
#include <pgcoro/detail/part_codec.hpp>
#include <pgcoro/detail/structure.hpp>

namespace pgcoro {

/// Whether a struct, tuple or pair is one value, where it could be a row.
template <class T>
inline constexpr bool is_composite = false;

namespace detail {

template <class T, class Members = typename structure<T>::members>
struct composite_codec;
struct any_composite_codec {};

/// The codec that every struct has, not one that somebody wrote for it. Asks nothing of a T that has its own: not every
/// aggregate can be taken to pieces.
template <class T>
concept has_composite_codec = structured<T> && std::derived_from<codec<T>, any_composite_codec>;

/// Whether all or some of the values that a T is made of are such as Is says; a T that is part of itself is looked at
/// no deeper than Depth.
template <template <class> class Is, class T, int Depth>
struct all_parts {
  static constexpr bool value = Is<T>::value;
};
template <template <class> class Is, class T, int Depth>
inline constexpr bool all_parts_v = all_parts<Is, not_null_t<array_leaf_t<not_null_t<T>>>, Depth>::value;

template <template <class> class Is, class Members, int Depth>
inline constexpr bool all_members = true;
template <template <class> class Is, class... M, int Depth>
  requires(Depth != 0)
inline constexpr bool all_members<Is, type_list<M...>, Depth> = (all_parts_v<Is, M, Depth - 1> && ...);

template <template <class> class Is, has_composite_codec T, int Depth>
struct all_parts<Is, T, Depth> {
  static constexpr bool value = all_members<Is, typename structure<T>::members, Depth>;
};

inline constexpr int deepest_look = 4;
template <class T>
struct owns_itself : std::bool_constant<!is_view<T>> {};
template <class T>
struct prefers_binary : std::bool_constant<detail::preferred_format<T> == protocol::format::binary> {};

template <class T, class... M>
struct composite_codec<T, type_list<M...>> : any_composite_codec {
  static constexpr protocol::format preferred_format =
      all_members<prefers_binary, type_list<M...>, deepest_look> ? protocol::format::binary : protocol::format::text;
  static constexpr bool binary_where_known = true;
  static constexpr bool is_view = !all_members<owns_itself, type_list<M...>, deepest_look>;

  static decode_function<T> decoder(const value_type& from) noexcept {
    if (!may_be_composite(from)) return nullptr;
    // The text of an attribute lives no longer than until the value has been read.
    if (is_view && from.format == protocol::format::text) return nullptr;
    const type_info* const known = composite_type(from);
    order attributes;
    if (!match_attributes(known, member_names<T>(), attributes)) return nullptr;
    return known == nullptr || reads_all(*known, attributes, from, indices()) ? &read : nullptr;
  }

  static encoding<T> encoder(const value_type& to) noexcept {
    const type_info* const known = composite_type(to);
    order attributes;
    if (to.type == oids::record || !may_be_composite(to)) return {};  // the server takes no record without a name
    if (!match_attributes(known, member_names<T>(), attributes)) return {};
    const nested_scope nested(nested_scope::what::type);
    if (known != nullptr && to.format == protocol::format::binary &&
        (nested.too_deep() || writes_all(known, attributes, to, indices())))
      return {protocol::format::binary, &write_binary};
    const value_type as_text{to.type, protocol::format::text, to.registry};
    if (nested.too_deep() || writes_all(known, attributes, as_text, indices()))
      return {protocol::format::text, &write_text};
    return {};
  }

 private:
  /// The attribute of each member.
  using order = std::array<std::uint16_t, sizeof...(M)>;
  using indices = std::index_sequence_for<M...>;

  /// What an attribute is read from or written to. Where nobody says, a member is as good as its word.
  template <class Member>
  static value_type part_type(oid type, const value_type& whole) noexcept {
    if (type == 0 && whole.format == protocol::format::text) type = declared_oid<not_null_t<Member>>;
    return without_domain({type, whole.format, whole.registry});
  }

  template <std::size_t... I>
  static bool reads_all(const type_info& known, const order& attributes, const value_type& from,
                        std::index_sequence<I...>) noexcept {
    const nested_scope nested(nested_scope::what::type);
    return nested.too_deep() ||
           ((decoder_of<M>(part_type<M>(attribute_type(&known, attributes[I]), from)) != nullptr) && ...);
  }

  static errc read(protocol::bytes_view bytes, T& out, const value_type& from) {
    const nested_scope nested(nested_scope::what::value);
    if (nested.too_deep()) return errc::out_of_range;
    std::array<composite_part, sizeof...(M)> parts;
    std::string unescaped;
    if (const errc e = split_composite(bytes, from, parts, unescaped); e != errc{}) return e;
    order attributes;
    if (!match_attributes(composite_type(from), member_names<T>(), attributes)) return errc::type_mismatch;
    return read_parts(parts, attributes, structure<T>::tie(out), from, indices());
  }

  template <class References, std::size_t... I>
  static errc read_parts(const std::array<composite_part, sizeof...(M)>& parts, const order& attributes,
                         References&& out, const value_type& from, std::index_sequence<I...>) {
    errc failure{};
    static_cast<void>(((failure = read_part(parts[attributes[I]].field, std::get<I>(out),
                                            part_type<M>(parts[attributes[I]].type, from)),
                        failure == errc{}) &&
                       ...));
    return failure;
  }

  template <std::size_t... I>
  static bool writes_all(const type_info* known, const order& attributes, const value_type& to,
                         std::index_sequence<I...>) noexcept {
    return (writes_part<not_null_t<M>>(attribute_of(known, attributes[I], to)) && ...);
  }

  static value_type attribute_of(const type_info* known, std::size_t attribute, const value_type& whole) noexcept {
    return without_domain({attribute_type(known, attribute), whole.format, whole.registry});
  }

  /// Calls `f` with the member that becomes that attribute.
  template <class References, class F, std::size_t... I>
  static errc with_member(std::size_t attribute, const order& attributes, const References& members, F f,
                          std::index_sequence<I...>) {
    errc failure{};
    static_cast<void>(((attributes[I] == attribute && (failure = f(std::get<I>(members)), true)) || ...));
    return failure;
  }

  static errc write_binary(const T& value, protocol::buffer& out, const value_type& to) {
    const type_info* const known = composite_type(to);
    order attributes;
    if (known == nullptr || !match_attributes(known, member_names<T>(), attributes)) return errc::type_mismatch;
    const auto& members = structure<T>::tie(value);
    out.append_i32(static_cast<std::int32_t>(sizeof...(M)));
    for (std::size_t i = 0; i < sizeof...(M); ++i) {
      out.append_u32(attribute_type(known, i));  // a domain by its own name: the server compares
      const auto append = [&](const auto& held) { return append_binary_part(out, held, attribute_of(known, i, to)); };
      const errc failure = with_member(
          i, attributes, members,
          [&](const auto& member) { return append_or(member, append, [&] { out.append_i32(-1); }); }, indices());
      if (failure != errc{}) return failure;
    }
    return errc{};
  }

  static errc write_text(const T& value, protocol::buffer& out, const value_type& to) {
    const type_info* const known = composite_type(to);
    const value_type as_text{to.type, protocol::format::text, to.registry};
    order attributes;
    if (!match_attributes(known, member_names<T>(), attributes)) return errc::type_mismatch;
    const auto& members = structure<T>::tie(value);
    for (std::size_t i = 0; i < sizeof...(M); ++i) {
      out.append(i == 0 ? "(" : ",");
      const auto append = [&](const auto& held) {
        return append_text_part(out, held, attribute_of(known, i, as_text), composite_rules);
      };
      const errc failure = with_member(
          i, attributes, members, [&](const auto& member) { return append_or(member, append, [] {}); }, indices());
      if (failure != errc{}) return failure;
    }
    out.append(")");
    return errc{};
  }

  /// Appends what is there, or a NULL.
  template <class Member, class Append, class AppendNull>
  static errc append_or(const Member& member, Append append, AppendNull append_null) {
    if constexpr (nullable<Member>::value) {
      const auto* const held = nullable<Member>::get(member);
      if (held != nullptr) return append(*held);
      append_null();
      return errc{};
    } else {
      return append(member);
    }
  }
};

}  // namespace detail

template <detail::structured T>
struct codec<T> : detail::composite_codec<T> {};

}  // namespace pgcoro
