// The server's two messages of SCRAM, by the grammar of RFC 5802 section 7.
#pragma once

#include <cstdint>
#include <string_view>

#include "auth/auth_error.hpp"

namespace pgcoro::auth {

/// r=nonce,s=salt,i=count[,extensions]. Views into the message.
struct scram_server_first {
  std::string_view nonce;  ///< printable, without comma, not empty
  std::string_view salt;   ///< base64, not yet decoded
  std::uint32_t iterations = 0;
};

/// v=signature or e=error, then extensions.
struct scram_server_final {
  bool is_error = false;
  std::string_view value;
};

/// Extensions must be well-formed attributes; they are passed over, as the RFC asks, except `m`, which marks one that
/// must be understood: that is an error.
outcome<scram_server_first> parse_scram_server_first(std::string_view message);
outcome<scram_server_final> parse_scram_server_final(std::string_view message);

}  // namespace pgcoro::auth
