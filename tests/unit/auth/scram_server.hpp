// A SCRAM-SHA-256 server for tests: it answers a client's messages honestly, and a test falsifies what it likes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/base64.hpp"
#include "auth/scram_keys.hpp"

namespace pgcoro::auth {

class scram_server {
 public:
  explicit scram_server(std::string_view password, std::uint32_t iterations = 2)
      : iterations_(iterations), keys_(derive_keys(password, salt_, iterations).value()) {}

  /// server-first-message for the client's first, whose gs2 header is kept for the check of the channel binding.
  std::string first(std::string_view client_first) {
    const std::size_t bare = client_first.find("n=,r=");
    gs2_header_ = client_first.substr(0, bare);
    client_first_bare_ = client_first.substr(bare);
    nonce_ = client_first_bare_.substr(5) + "server";
    server_first_ = "r=" + nonce_ + ",s=" + base64_encode(salt_) + ",i=" + std::to_string(iterations_);
    return server_first_;
  }

  /// server-final-message, or e= where the client's final does not prove the password or binds another channel.
  std::string final(std::string_view client_final, std::string_view end_point = {}) const {
    const std::size_t proof_at = client_final.rfind(",p=");
    const std::string without_proof(client_final.substr(0, proof_at));
    const std::string input = gs2_header_ + std::string(end_point);
    const std::string binding = base64_encode({reinterpret_cast<const unsigned char*>(input.data()), input.size()});
    if (without_proof != "c=" + binding + ",r=" + nonce_) return "e=channel-bindings-dont-match";

    const std::string auth_message = client_first_bare_ + "," + server_first_ + "," + without_proof;
    auto client_key = hmac_sha256(keys_.stored_key, auth_message).value();
    const auto proof = base64_decode(client_final.substr(proof_at + 3)).value();
    for (std::size_t i = 0; i < client_key.size(); ++i) client_key[i] ^= proof.at(i);
    if (sha256(client_key) != keys_.stored_key) return "e=invalid-proof";
    return "v=" + base64_encode(hmac_sha256(keys_.server_key, auth_message).value());
  }

 private:
  const std::vector<unsigned char> salt_{'s', 'a', 'l', 't'};
  const std::uint32_t iterations_;
  const scram_keys keys_;
  std::string gs2_header_, client_first_bare_, server_first_, nonce_;
};

}  // namespace pgcoro::auth
