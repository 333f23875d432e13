// From an option's text to its value.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>

namespace pgcoro::detail {

/// The texts of an enumeration's values, in their order.
template <class Enum>
inline constexpr std::array<std::string_view, 0> option_names{};

template <>
inline constexpr auto option_names<sslmode> =
    std::to_array<std::string_view>({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
template <>
inline constexpr auto option_names<sslnegotiation> = std::to_array<std::string_view>({"postgres", "direct"});
template <>
inline constexpr auto option_names<sslcertmode> = std::to_array<std::string_view>({"disable", "allow", "require"});
template <>
inline constexpr auto option_names<channel_binding> = std::to_array<std::string_view>({"disable", "prefer", "require"});
template <>
inline constexpr auto option_names<target_session_attrs> =
    std::to_array<std::string_view>({"any", "read-write", "read-only", "primary", "standby", "prefer-standby"});
template <>
inline constexpr auto option_names<load_balance_hosts> = std::to_array<std::string_view>({"disable", "random"});

/// Reads `text` into `value`. Returns what it should have been where it is not that, else nothing.
using expectation = std::optional<std::string>;

expectation read_option(std::string_view text, std::string& value);
expectation read_option(std::string_view text, port_list& value);
expectation read_option(std::string_view text, bool& value);
expectation read_option(std::string_view text, int& value);
expectation read_option(std::string_view text, tls_version& value);
expectation read_option(std::string_view text, gssencmode& value);
expectation read_option(std::string_view text, replication_mode& value);
expectation read_option(std::string_view text, protocol_version& value);

expectation check_client_encoding(std::string_view text);
expectation check_require_auth(std::string_view text);

/// As libpq has them: a decimal integer of 32 bits with blanks around it.
std::optional<int> parse_integer(std::string_view text);

/// "one of a, b, c"
std::string one_of(const std::string_view* names, std::size_t count);

template <class Enum>
  requires(!option_names<Enum>.empty())
expectation read_option(std::string_view text, Enum& value) {
  constexpr auto& names = option_names<Enum>;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] != text) continue;
    value = static_cast<Enum>(i);
    return std::nullopt;
  }
  return one_of(names.data(), names.size());
}

}  // namespace pgcoro::detail
