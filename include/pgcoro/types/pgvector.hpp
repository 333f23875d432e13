// pgvector: vector, halfvec and sparsevec.
//
//   std::vector<float>   reads and writes vector and halfvec, as it does float4[]
//   pgcoro::vector       the same, where it has to stand in an array or is to be nothing else
//   pgcoro::sparsevec    reads and writes sparsevec
//
// The types are known by their names, in whatever schema the extension was put. A float becomes a halfvec's number as
// the server rounds it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/array.hpp>

namespace pgcoro {

/// The value of a vector or halfvec.
struct vector {
  std::vector<float> values;

  friend bool operator==(const vector&, const vector&) = default;
};

/// A vector that is zero but for a few of its elements.
struct sparsevec {
  struct element {
    std::int32_t index = 0;  ///< from 0; in text, from 1
    float value = 0;

    friend bool operator==(const element&, const element&) = default;
  };

  std::int32_t dimensions = 0;
  std::vector<element> elements;  ///< by ascending index, none of them zero: the server insists

  friend bool operator==(const sparsevec&, const sparsevec&) = default;
};

PGCORO_DECL std::string to_string(const vector& value);     ///< [1,2.5,3]
PGCORO_DECL std::string to_string(const sparsevec& value);  ///< {1:2.5,7:1}/10
PGCORO_DECL errc parse(std::string_view text, vector& out);
PGCORO_DECL errc parse(std::string_view text, sparsevec& out);

template <>
struct codec<vector> {
  static constexpr std::string_view name = "pgcoro::vector";
  static constexpr bool binary_where_known = true;

  PGCORO_DECL static decode_function<vector> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<vector> encoder(const value_type& to) noexcept;
};

template <>
struct codec<sparsevec> {
  static constexpr std::string_view name = "pgcoro::sparsevec";
  static constexpr bool binary_where_known = true;

  PGCORO_DECL static decode_function<sparsevec> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<sparsevec> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
