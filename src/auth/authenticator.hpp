// The client's side of authentication, from the first Authentication message to AuthenticationOk, without I/O: the
// session hands in each message and does what the step says.
//
//   authenticator auth(std::move(options));
//   auth_step step = auth.receive(auth_request::sasl, body);
//   // send_sasl_initial → SASLInitialResponse; later derive_keys → run the job anywhere, then auth.resume(keys)
//
// Protocol documentation: "Message Flow", Start-up; "SASL Authentication"; "Message Formats", Authentication*.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/auth_error.hpp"
#include "auth/exchange_policy.hpp"
#include "auth/sasl_mechanism.hpp"
#include "auth/scram_client.hpp"
#include "auth/scram_key_cache.hpp"
#include "auth/scram_keys.hpp"
#include "auth/secret.hpp"

namespace pgcoro::auth {

/// The Int32 that every Authentication message ('R') begins with. Other values may come; they are unsupported methods.
enum class auth_request : std::uint32_t {
  ok = 0,
  kerberos_v4 = 1,
  kerberos_v5 = 2,
  cleartext_password = 3,
  crypt_password = 4,
  md5_password = 5,
  scm_credential = 6,
  gss = 7,
  gss_continue = 8,
  sspi = 9,
  sasl = 10,
  sasl_continue = 11,
  sasl_final = 12,
};

struct authenticator_options {
  std::string user;  ///< as in the startup message
  secret password;   ///< empty: none was given
  exchange_policy policy;
  bool tls = false;                                 ///< the connection is encrypted
  std::vector<unsigned char> tls_server_end_point;  ///< of the TLS engine; empty where there is none
  std::uint32_t max_iterations = 100'000;           ///< of SCRAM
  std::shared_ptr<scram_key_cache> cache;           ///< null: every exchange derives its keys
  std::string client_nonce;                         ///< for tests; empty: a random one
};

/// Send PasswordMessage; `password` goes without the NUL that ends it there.
struct send_password {
  secret password;
};
/// Send SASLInitialResponse. `mechanism` is a literal.
struct send_sasl_initial {
  std::string_view mechanism;
  std::string response;
};
/// Send SASLResponse.
struct send_sasl {
  std::string response;
};
/// Run the job, on any thread, and give `resume` what it yields. Messages that arrive before that are errors.
struct derive_scram_keys {
  key_derivation job;
};
/// Nothing to send: wait for the next message.
struct await_message {};
/// AuthenticationOk, and everything that the user demanded is so. The server goes on with ParameterStatus and so on.
struct authenticated {};

/// An `error_info` is final: close the connection.
using auth_step = std::variant<send_password, send_sasl_initial, send_sasl, derive_scram_keys, await_message,
                               authenticated, error_info>;

class authenticator {
 public:
  explicit authenticator(authenticator_options options);

  /// `body` is what follows the Int32: the md5 salt, the list of mechanisms, the mechanism's own data. Views are not
  /// kept. Errors: `protocol_error` for what the protocol does not allow here (after AuthenticationOk: anything),
  /// `authentication_refused`, `authentication_unsupported`, `authentication_failed`.
  auth_step receive(auth_request request, std::span<const std::byte> body);

  /// With the outcome of the job of the last `derive_scram_keys`.
  auth_step resume(outcome<scram_keys> keys);

  /// What was done so far.
  const exchange_record& record() const noexcept { return record_; }

 private:
  enum class state : unsigned char { start, password_sent, sasl_first, deriving, sasl_final, exchanged, done, failed };

  auth_step begin(auth_request request, std::span<const std::byte> body);
  auth_step answer_cleartext(std::span<const std::byte> body);
  auth_step answer_md5(std::span<const std::byte> salt);
  auth_step begin_sasl(std::span<const std::byte> body);
  auth_step continue_sasl(std::span<const std::byte> body);
  auth_step finish_sasl(std::span<const std::byte> body);
  auth_step send_proof(const scram_keys& keys);
  auth_step accept(std::span<const std::byte> body);
  auth_step fail(errc code, std::string message);
  auth_step fail(error_info error);
  error_info need_password() const;

  authenticator_options options_;
  state state_ = state::start;
  exchange_record record_;
  std::optional<scram_client> scram_;
  std::optional<key_derivation> derivation_;
};

}  // namespace pgcoro::auth
