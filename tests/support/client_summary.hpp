// What a client sent, in words: "Parse(s1:SELECT 1) Describe(s1) Flush Bind(s1) Execute Sync".
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/frontend.hpp>

namespace pgcoro::test {

inline std::string describe_message(const protocol::message_view& m) {
  using protocol::frontend_type;
  const std::string name = protocol::name_of(m.frontend());
  const auto with = [&](std::string_view what) { return name + "(" + std::string(what) + ")"; };
  const auto read = [&](auto message) {
    return parse(m.body, message) ? throw std::runtime_error(name + " is malformed") : message;
  };
  switch (m.frontend()) {
    case frontend_type::parse: {
      const auto message = read(protocol::parse_request{});
      return with(std::string(message.statement) + ":" + std::string(message.sql));
    }
    case frontend_type::bind: return with(read(protocol::bind_request{}).statement);
    case frontend_type::describe: {
      const auto message = read(protocol::describe_request{});
      return message.target == protocol::described::portal ? with("portal") : with(message.name);
    }
    case frontend_type::close: return with(read(protocol::close_request{}).name);
    case frontend_type::query: return with(read(protocol::query_request{}).sql);
    case frontend_type::execute:
      return read(protocol::execute_request{}).portal.empty() ? name : with("no such portal");
    default: return name;
  }
}

/// Bytes that are not whole messages of a client are said to be so.
inline std::string summary_of(std::string_view bytes) {
  protocol::message_framer framer({}, protocol::sender::client);
  protocol::bytes_view unread = protocol::as_bytes(bytes);
  std::string text;
  protocol::message_view message;
  while (framer.next(unread, message) == protocol::frame_status::complete) {
    if (!text.empty()) text += ' ';
    text += describe_message(message);
    unread = unread.subspan(message.size());
  }
  if (!unread.empty()) text += " and " + std::to_string(unread.size()) + " bytes that are no message";
  return text;
}

}  // namespace pgcoro::test
