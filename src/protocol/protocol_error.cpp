#include <pgcoro/error.hpp>
#include <pgcoro/protocol/protocol_error.hpp>

namespace pgcoro::protocol {

errc protocol_error::code() const noexcept {
  if (rule == nullptr) return errc{};
  return too_large ? errc::message_too_large : errc::protocol_error;
}

std::string protocol_error::to_string() const {
  if (rule == nullptr) return "no error";
  std::string text = message != nullptr ? message : "message";
  text += ": ";
  text += rule;
  text += " at byte ";
  text += std::to_string(offset);
  return text;
}

}  // namespace pgcoro::protocol
