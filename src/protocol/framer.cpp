#include <algorithm>

#include <pgcoro/protocol/framer.hpp>

namespace pgcoro::protocol {

message_framer::message_framer(const framing_limits& limits, sender from) noexcept : from_(from), limits_(limits) {
  quick_limit_ = least_limit();
}

void message_framer::authenticated() noexcept {
  authenticated_ = true;
  quick_limit_ = least_limit();
}

std::size_t message_framer::room_wanted(std::size_t unread, std::size_t chunk) const noexcept {
  const std::size_t lacking = message_size_ > unread ? message_size_ - unread : 0;
  return std::max(std::min(lacking, unread), chunk);
}

[[gnu::hot]] frame_status message_framer::next_slowly(bytes_view unread, message_view& out) noexcept {
  message_size_ = header_size;
  if (unread.size() < header_size) return frame_status::need_more;
  const auto type = static_cast<char>(unread[0]);
  const auto length = load_be<std::uint32_t>(unread.data() + 1);
  if (length < 4) return refuse(type, "length below four", false);
  if (length - 4 > limit_of(type)) return refuse(type, "message too large", true);
  message_size_ = 1 + std::size_t{length};
  if (message_size_ > unread.size()) return frame_status::need_more;
  out = {type, unread.subspan(header_size, length - 4)};
  return frame_status::complete;
}

frame_status message_framer::refuse(char type, const char* rule, bool too_large) noexcept {
  const char* const name = from_ == sender::server ? name_of(static_cast<backend_type>(type))  //
                                                   : name_of(static_cast<frontend_type>(type));
  error_ = {name, rule, 0, too_large};
  return frame_status::failed;
}

std::uint32_t message_framer::least_limit() const noexcept {
  if (authenticated_)
    return std::min({limits_.max_message_size, limits_.row_description, limits_.parameter_description,
                     limits_.notification, limits_.control});
  return std::min({limits_.max_message_size, limits_.early_error, limits_.early, limits_.client_token});
}

std::uint32_t message_framer::limit_of(char type) const noexcept {
  const std::uint32_t limit =
      from_ == sender::server ? limit_of(static_cast<backend_type>(type)) : limit_of(static_cast<frontend_type>(type));
  return std::min(limit, limits_.max_message_size);
}

std::uint32_t message_framer::limit_of(backend_type type) const noexcept {
  const bool report = type == backend_type::error_response || type == backend_type::notice_response;
  if (!authenticated_) return report ? limits_.early_error : limits_.early;
  switch (type) {
    case backend_type::data_row:
    case backend_type::copy_data:
    case backend_type::function_call_response:
    case backend_type::error_response:
    case backend_type::notice_response: return limits_.max_message_size;
    case backend_type::row_description: return limits_.row_description;
    case backend_type::parameter_description: return limits_.parameter_description;
    case backend_type::notification_response: return limits_.notification;
    default: return limits_.control;
  }
}

std::uint32_t message_framer::limit_of(frontend_type type) const noexcept {
  if (!authenticated_) return type == frontend_type::password ? limits_.client_token : limits_.early;
  switch (type) {
    case frontend_type::query:
    case frontend_type::parse:
    case frontend_type::bind:
    case frontend_type::copy_data:
    case frontend_type::function_call: return limits_.max_message_size;
    default: return limits_.control;
  }
}

}  // namespace pgcoro::protocol
