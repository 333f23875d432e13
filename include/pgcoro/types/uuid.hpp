// uuid as boost::uuids::uuid, in both directions.
#pragma once

#include <boost/uuid/uuid.hpp>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

/// Eight, four, four, four and twelve hexadecimal digits between hyphens. errc::invalid_value. (Boost has the reverse:
/// to_string() in <boost/uuid/uuid_io.hpp>.)
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, boost::uuids::uuid& out) noexcept;

namespace detail {

/// What Boost's to_string() gives.
PGCORO_DECL void append_text(const boost::uuids::uuid& value, std::string& out);

}  // namespace detail

template <>
struct codec<boost::uuids::uuid> {
 private:
  using uuid = boost::uuids::uuid;

  static errc read_common(protocol::bytes_view bytes, uuid& out, const value_type&) noexcept {
    if (bytes.size() != common_size) [[unlikely]]
      return errc::invalid_value;
    std::memcpy(out.data, bytes.data(), common_size);
    return errc{};
  }

 public:
  static constexpr std::string_view name = "boost::uuids::uuid";
  static constexpr oid declared_oid = oids::uuid;
  static constexpr decode_function<uuid> common_decoder = &read_common;

  static constexpr std::size_t common_size = 16;
  static errc common_store(const uuid& value, std::byte* to) noexcept {
    std::memcpy(to, value.data, common_size);
    return errc{};
  }

  PGCORO_DECL static decode_function<uuid> decoder(const value_type& from) noexcept;
  /// Text types, and types that the server infers, get its text.
  PGCORO_DECL static encoding<uuid> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
