// Arrays of everything that has a codec.
//
//   std::vector<std::int64_t>                     int8[] with one dimension (or empty)
//   std::vector<std::optional<std::string>>       with elements that are NULL
//   std::vector<std::vector<double>>              as many dimensions as vectors; so with std::array, whose size is
//   checked std::span<const int>                          as a parameter pgcoro::array<int> any number of dimensions,
//   and where the subscripts begin
//
// Vectors have no subscripts: where those of an array begin elsewhere than with 1 is forgotten. std::vector<std::byte>
// is no array but bytea. A dimension more or less than the C++ type has is errc::out_of_range.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/array_codec.hpp>
#include <pgcoro/detail/array_shape.hpp>
#include <pgcoro/detail/embedding.hpp>
#include <pgcoro/detail/part_codec.hpp>

namespace pgcoro {

/// An array with its dimensions; none where it is empty. The elements follow each other with the last subscript running
/// fastest, and are as many as the dimensions say.
template <class T>
struct array {
  std::vector<array_dimension> dimensions;
  std::vector<T> elements;

  friend bool operator==(const array&, const array&) = default;
};

/// Vectors and std::arrays, nested up to PostgreSQL's six dimensions.
template <detail::array_like T>
struct codec<T> : detail::array_codec<detail::array_leaf_t<T>> {
 private:
  using leaf = detail::array_leaf_t<T>;
  static_assert(detail::array_leaf<T>::depth <= max_array_dimensions,
                "pgcoro: an array has at most six dimensions in PostgreSQL");

 public:
  static decode_function<T> decoder(const value_type& from) noexcept
    requires(decodable<leaf> && requires { detail::array_level<T>::resizable; })
  {
    if constexpr (std::same_as<T, std::vector<float>>)
      if (const decode_function<T> embedding = detail::embedding_decoder(from)) return embedding;
    if (!detail::reads_elements_of<leaf>(from)) return nullptr;
    if (from.format == protocol::format::binary) return &detail::read_nested<T, detail::binary_array>;
    // The text of an element may live no longer than until the next one is read.
    return detail::is_view<not_null_t<leaf>> ? nullptr : &detail::read_nested<T, detail::text_array>;
  }
  static encoding<T> encoder(const value_type& to) noexcept
    requires encodable<leaf>
  {
    if constexpr (std::same_as<T, std::vector<float>>)
      if (const encoding<T> embedding = detail::embedding_encoder(to)) return embedding;
    const detail::element_writer<leaf> elements = detail::write_elements_of<leaf>(to);
    if (!elements.write) return {};
    return {elements.to.format, &detail::write_nested<T>};
  }
};

template <class T>
struct codec<array<T>> : detail::array_codec<T> {
 private:
  template <class Source>
  static errc read(protocol::bytes_view bytes, array<T>& out, const value_type& from) {
    Source source;
    if (const errc e = source.open(bytes, from); e != errc{}) return e;
    detail::element_reader<T, Source> reader(source);
    if (const errc e = reader.ready(); e != errc{}) return e;
    out.dimensions.assign(source.shape().dimensions().begin(), source.shape().dimensions().end());
    const array_dimension all{static_cast<std::int32_t>(source.shape().elements())};
    if (const errc e = detail::read_level(out.elements, &all, reader); e != errc{}) return e;
    return source.finish();
  }

  /// invalid_value: the dimensions contradict the number of elements.
  static errc write(const array<T>& value, protocol::buffer& out, const value_type& to) {
    detail::array_shape shape;
    for (const array_dimension& d : value.dimensions)
      if (const errc e = shape.add(d); e != errc{}) return e;
    if (shape.elements() != value.elements.size()) return errc::invalid_value;
    return detail::append_array<T>(out, shape, to, [&](auto f) { return detail::for_each_leaf(value.elements, f); });
  }

 public:
  static decode_function<array<T>> decoder(const value_type& from) noexcept
    requires decodable<T>
  {
    if (!detail::reads_elements_of<T>(from)) return nullptr;
    if (from.format == protocol::format::binary) return &read<detail::binary_array>;
    return detail::is_view<not_null_t<T>> ? nullptr : &read<detail::text_array>;
  }
  static encoding<array<T>> encoder(const value_type& to) noexcept
    requires encodable<T>
  {
    const detail::element_writer<T> elements = detail::write_elements_of<T>(to);
    if (!elements.write) return {};
    return {elements.to.format, &write};
  }
};

/// As PostgreSQL writes it: {1,NULL}, [0:1]={1,2}.
template <class T>
  requires encodable<T>
std::string to_string(const array<T>& value) {
  return detail::text_of_value(value);
}

/// Takes what to_string() gives, where T's codec has a declared_oid. invalid_value, out_of_range.
template <class T>
  requires(decodable<T> && codec<array<T>>::declared_oid != 0)
errc parse(std::string_view text, array<T>& out) {
  return detail::value_of_text(text, out);
}

}  // namespace pgcoro
