// Client side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677; tls-server-end-point of RFC 5929) as a
// state machine without I/O. Each step is legal exactly once and in this order; anything else is an error and final.
//
//   scram_client scram({.nonce = make_client_nonce().value(), .binding = channel_binding_flag::unsupported});
//   send(scram.client_first().value());
//   auto parameters = scram.server_first(receive());               // then derive_keys(), on any thread
//   send(scram.client_final(keys).value());
//   if (error_info e = scram.server_final(receive())) fail(e);     // scram.verified() from here on
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/auth_error.hpp"
#include "auth/scram_keys.hpp"

namespace pgcoro::auth {

/// The gs2-cbind-flag (RFC 5802 section 7): what the client tells about channel binding. The server checks it against
/// what it offered, which is how a list of mechanisms shortened on the way is found out.
enum class channel_binding_flag : unsigned char {
  unsupported,  ///< 'n': the client has none to offer
  not_offered,  ///< 'y': the client could bind, but saw no server that can
  bound,        ///< 'p=tls-server-end-point': mechanism SCRAM-SHA-256-PLUS
};

struct scram_options {
  std::string nonce;  ///< printable ASCII without comma; see `make_client_nonce`
  channel_binding_flag binding = channel_binding_flag::unsupported;
  std::vector<unsigned char> tls_server_end_point = {};  ///< hash of the server's certificate; used with `bound`
  /// Upper bound of the iteration count, against a server that wants to keep this client's processors busy.
  std::uint32_t max_iterations = 100'000;
};

/// 18 random bytes in base64, as libpq sends them. Fails where the system has no randomness to give.
outcome<std::string> make_client_nonce();

/// What the server wants the password mixed with.
struct scram_parameters {
  std::vector<unsigned char> salt;
  std::uint32_t iterations = 0;
};

class scram_client {
 public:
  explicit scram_client(scram_options options);

  /// client-first-message. The user name is left empty: PostgreSQL takes that of the startup message.
  outcome<std::string> client_first();

  /// Checks server-first-message: our nonce continued, a salt, an iteration count from 1 to `max_iterations`.
  /// The RFC asks servers for 4096 or more, but PostgreSQL 16 lets its administrator set any count from 1, and a
  /// client that refused would only keep its own user out.
  outcome<scram_parameters> server_first(std::string_view message);

  /// client-final-message with the proof.
  outcome<std::string> client_final(const scram_keys& keys);

  /// Checks server-final-message: the server's signature, all of it, in constant time.
  error_info server_final(std::string_view message);

  /// Whether the server has proved that it knows the password's verifier. AuthenticationOk counts only then.
  bool verified() const noexcept { return state_ == state::verified; }
  /// Whether the exchange was bound to the TLS channel.
  bool channel_bound() const noexcept { return options_.binding == channel_binding_flag::bound; }

  static constexpr std::size_t longest_nonce = 1024;  ///< characters, both sides' parts together
  static constexpr std::size_t longest_salt = 1024;   ///< bytes

 private:
  enum class state : unsigned char { start, first_sent, keys_needed, final_sent, verified, failed };

  bool enter(state expected, state next) noexcept;
  error_info fail(std::string message);
  std::string gs2_header() const;

  scram_options options_;
  state state_ = state::start;
  std::string client_first_bare_;
  std::string server_first_;
  std::string nonce_;  ///< both parts
  sha256_digest server_signature_{};
};

}  // namespace pgcoro::auth
