#include "net/tls_error.hpp"

#include <openssl/err.h>
#include <system_error>
#include <utility>

namespace pgcoro::detail {
namespace {

std::string reason_of(unsigned long code) {
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  if (const char* const reason = ERR_reason_error_string(code)) return reason;
  return "OpenSSL error " + std::to_string(code);
}

}  // namespace

std::string take_openssl_errors(std::string otherwise) {
  // The oldest entry is the cause, the later ones are those who passed it on.
  const char* data = nullptr;
  int flags = 0;
  const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags);
  if (code == 0) return otherwise;
  std::string text = reason_of(code);
  if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') text += " (" + std::string(data) + ")";
  ERR_clear_error();
  return text;
}

error_info make_tls_error(std::string stage, std::string message) {
  error_details details;
  details.code = make_error_code(errc::tls_failed);
  details.message = std::move(message);
  details.stage = std::move(stage);
  details.connection_usable = false;
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
