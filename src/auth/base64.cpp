#include "auth/base64.hpp"

#include <boost/beast/core/detail/base64.hpp>

namespace pgcoro::auth {

namespace beast = boost::beast::detail::base64;

std::string base64_encode(std::span<const unsigned char> bytes) {
  std::string text(beast::encoded_size(bytes.size()), '\0');
  text.resize(beast::encode(text.data(), bytes.data(), bytes.size()));
  return text;
}

std::optional<std::vector<unsigned char>> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::vector<unsigned char> bytes(beast::decoded_size(text.size()));
  bytes.resize(beast::decode(bytes.data(), text.data(), text.size()).first);
  // The helper stops in silence at the first character it does not know and drops surplus bits. What it understood
  // is the whole text only if it encodes back to it.
  if (base64_encode(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace pgcoro::auth
