// What depends on the server's version.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// 15 of "15.4 (Debian 15.4-1)", 18 of "18beta1"; 0 where it is none.
inline int major_version(std::string_view server_version) noexcept {
  int version = 0;
  std::from_chars(server_version.data(), server_version.data() + server_version.size(), version);
  return version;
}

/// Says what an older server would call a syntax error. Nothing was sent.
inline error_info too_old(std::string_view stage, std::string_view feature, int needed, int version) {
  error_details details;
  details.stage = stage;
  details.code = errc::unsupported_server;
  details.safe_to_retry = true;
  details.message = std::string(feature) + " needs PostgreSQL " + std::to_string(needed) +
                    " or newer; the server is version " + std::to_string(version);
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
