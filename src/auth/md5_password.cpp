#include "auth/md5_password.hpp"

#include <array>
#include <openssl/evp.h>
#include <optional>

namespace pgcoro::auth {
namespace {

std::optional<secret> md5_hex(const secret& text) {
  std::array<unsigned char, 16> digest{};
  std::size_t length = 0;
  if (EVP_Q_digest(nullptr, "MD5", nullptr, text.data(), text.size(), digest.data(), &length) != 1) return std::nullopt;
  secret hex;
  for (unsigned char byte : digest) {
    hex.push_back("0123456789abcdef"[byte >> 4]);
    hex.push_back("0123456789abcdef"[byte & 15]);
  }
  return hex;
}

}  // namespace

outcome<secret> md5_password(std::string_view user, std::string_view password, std::span<const std::byte> salt) {
  secret inner(password);
  inner.append(user);
  std::optional<secret> digest = md5_hex(inner);
  if (digest) {
    digest->append({reinterpret_cast<const char*>(salt.data()), salt.size()});
    digest = md5_hex(*digest);
  }
  if (!digest)
    return make_auth_error(errc::authentication_unsupported, "OpenSSL refuses MD5, which the server asks for");
  secret answer("md5");
  answer.append(digest->view());
  return answer;
}

}  // namespace pgcoro::auth
