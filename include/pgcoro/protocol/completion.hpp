// The messages that say that a step is done.
//
//   command_complete done;
//   if (auto e = parse(message.body, done)) return e;
//   rows = affected_rows(done.tag);
//
// Protocol documentation, "Extended Query" and "Message Formats".
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/empty_message.hpp>
#include <pgcoro/protocol/list.hpp>

namespace pgcoro::protocol {

struct command_complete {
  static constexpr backend_type type = backend_type::command_complete;
  std::string_view tag{};  ///< "INSERT 0 3", "SELECT 17", "CREATE TABLE"
};

struct parse_complete {
  static constexpr backend_type type = backend_type::parse_complete;
};
struct bind_complete {
  static constexpr backend_type type = backend_type::bind_complete;
};
struct close_complete {
  static constexpr backend_type type = backend_type::close_complete;
};
/// Execute reached its limit of rows; the portal has more.
struct portal_suspended {
  static constexpr backend_type type = backend_type::portal_suspended;
};
/// In the place of CommandComplete where the statement was empty.
struct empty_query_response {
  static constexpr backend_type type = backend_type::empty_query_response;
};

/// Inline: it ends every statement.
[[nodiscard]] inline protocol_error parse(bytes_view body, command_complete& out) noexcept {
  const std::string_view text = as_text(body);
  const std::size_t end = text.find('\0');
  if (end == text.npos) [[unlikely]]
    return {"CommandComplete", "missing terminator", 0};
  if (end + 1 != text.size()) [[unlikely]]
    return {"CommandComplete", "trailing bytes", end + 1};
  out.tag = text.substr(0, end);
  return {};
}
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const command_complete& message);

/// The number with which a command tag ends, which counts rows: "INSERT 0 3" gives 3. 0 where there is none, or where
/// it has more than 19 digits.
[[nodiscard]] inline std::uint64_t affected_rows(std::string_view tag) noexcept {
  std::uint64_t rows = 0;
  std::uint64_t place = 1;
  std::size_t at = tag.size();
  for (; at > 0 && tag[at - 1] >= '0' && tag[at - 1] <= '9'; --at, place *= 10) {
    if (tag.size() - at == 19) [[unlikely]]  // the 64 bits may be full
      return 0;
    rows += place * static_cast<std::uint64_t>(tag[at - 1] - '0');
  }
  return at > 0 && at < tag.size() && tag[at - 1] == ' ' ? rows : 0;
}

}  // namespace pgcoro::protocol
