#include "auth/scram_client.hpp"

#include <array>
#include <openssl/rand.h>
#include <utility>

#include "auth/base64.hpp"
#include "auth/scram_message.hpp"

namespace pgcoro::auth {
namespace {

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

outcome<std::string> make_client_nonce() {
  std::array<unsigned char, 18> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
    return make_auth_error(errc::authentication_failed, "SCRAM: no random bytes for a nonce");
  return base64_encode(bytes);
}

scram_client::scram_client(scram_options options) : options_(std::move(options)) {}

outcome<std::string> scram_client::client_first() {
  if (!enter(state::start, state::first_sent)) return fail("a second client-first-message");
  client_first_bare_ = "n=,r=" + options_.nonce;
  return gs2_header() + client_first_bare_;
}

outcome<scram_parameters> scram_client::server_first(std::string_view message) {
  if (!enter(state::first_sent, state::keys_needed)) return fail("server-first-message out of order");

  const outcome<scram_server_first> parsed = parse_scram_server_first(message);
  if (!parsed) return fail(parsed.error().message());
  if (!parsed->nonce.starts_with(options_.nonce)) return fail("the server's nonce does not continue the client's");
  if (parsed->nonce.size() == options_.nonce.size()) return fail("the server added nothing to the client's nonce");
  if (parsed->nonce.size() > longest_nonce) return fail("the server's nonce is too long");
  if (parsed->iterations > options_.max_iterations)
    return fail("the server asks for " + std::to_string(parsed->iterations) + " iterations, more than the " +
                std::to_string(options_.max_iterations) + " allowed (scram_max_iterations)");
  auto salt = base64_decode(parsed->salt);
  if (!salt) return fail("the salt is not base64");
  if (salt->empty() || salt->size() > longest_salt) return fail("the salt is empty or too long");

  server_first_ = message;
  nonce_ = parsed->nonce;
  return scram_parameters{std::move(*salt), parsed->iterations};
}

outcome<std::string> scram_client::client_final(const scram_keys& keys) {
  if (!enter(state::keys_needed, state::final_sent)) return fail("keys out of order");

  std::string binding_input = gs2_header();
  if (channel_bound()) binding_input.append(options_.tls_server_end_point.begin(), options_.tls_server_end_point.end());
  std::string message = "c=" + base64_encode(bytes_of(binding_input)) + ",r=" + nonce_;

  const std::string auth_message = client_first_bare_ + "," + server_first_ + "," + message;
  const auto client_signature = hmac_sha256(keys.stored_key, auth_message);
  const auto server_signature = hmac_sha256(keys.server_key, auth_message);
  if (!client_signature || !server_signature) return fail("OpenSSL refuses HMAC-SHA-256");

  sha256_digest proof = keys.client_key;
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= (*client_signature)[i];
  server_signature_ = *server_signature;
  return message + ",p=" + base64_encode(proof);
}

error_info scram_client::server_final(std::string_view message) {
  if (!enter(state::final_sent, state::failed)) return fail("server-final-message out of order");

  const outcome<scram_server_final> parsed = parse_scram_server_final(message);
  if (!parsed) return fail(parsed.error().message());
  if (parsed->is_error) return fail("the server reports " + quoted(parsed->value));
  const auto signature = base64_decode(parsed->value);
  if (!signature) return fail("the server's signature is not base64");
  if (!same_digest(*signature, server_signature_))
    return fail("the server's signature is wrong: it does not know the password");

  state_ = state::verified;
  return {};
}

bool scram_client::enter(state expected, state next) noexcept {
  if (state_ != expected) return false;
  state_ = next;
  return true;
}

error_info scram_client::fail(std::string message) {
  state_ = state::failed;
  return make_auth_error(errc::authentication_failed, "SCRAM: " + std::move(message));
}

std::string scram_client::gs2_header() const {
  switch (options_.binding) {
    case channel_binding_flag::bound: return "p=tls-server-end-point,,";
    case channel_binding_flag::not_offered: return "y,,";
    case channel_binding_flag::unsupported: break;
  }
  return "n,,";
}

}  // namespace pgcoro::auth
