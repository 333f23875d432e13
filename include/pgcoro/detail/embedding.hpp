// std::vector<float> as pgvector's types, beside float4[].
#pragma once

#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>

namespace pgcoro::detail {

/// Null where the type is neither vector nor halfvec, by name.
PGCORO_DECL decode_function<std::vector<float>> embedding_decoder(const value_type& from) noexcept;
PGCORO_DECL encoding<std::vector<float>> embedding_encoder(const value_type& to) noexcept;

}  // namespace pgcoro::detail
