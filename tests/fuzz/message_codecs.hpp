// Every message of the protocol as a pair of functions on its bytes, for the fuzzers.
#pragma once

#include <array>
#include <cstdlib>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

namespace pgcoro::protocol::fuzz {

inline void require(bool invariant) {
  if (!invariant) std::abort();
}

struct message_codec {
  char type;
  sender from;
  /// Reads a body and, where that succeeds, writes the message again. False where the body is refused.
  bool (*rewrite)(bytes_view body, buffer& to);
};

template <class Message>
bool rewrite(bytes_view body, buffer& to) {
  Message parsed{};
  if (const protocol_error e = parse(body, parsed)) {
    require(e.offset <= body.size() && e.message != nullptr && e.code() == errc::protocol_error);
    return false;
  }
  require(write(to, parsed) == errc{});
  return true;
}

template <class Message>
constexpr message_codec from_server() {
  return {static_cast<char>(Message::type), sender::server, rewrite<Message>};
}
template <class Message>
constexpr message_codec from_client() {
  return {static_cast<char>(Message::type), sender::client, rewrite<Message>};
}
/// Of the messages inside CopyData.
template <class Message>
constexpr message_codec replicated(sender from) {
  return {static_cast<char>(copy_data::type), from, rewrite<Message>};
}

inline constexpr std::array message_codecs{
    from_server<authentication>(),
    from_server<backend_key_data>(),
    from_server<bind_complete>(),
    from_server<close_complete>(),
    from_server<command_complete>(),
    from_server<copy_both_response>(),
    from_server<copy_data>(),
    from_server<copy_done>(),
    from_server<copy_in_response>(),
    from_server<copy_out_response>(),
    from_server<data_row>(),
    from_server<empty_query_response>(),
    from_server<error_response>(),
    from_server<function_call_response>(),
    from_server<negotiate_protocol_version>(),
    from_server<no_data>(),
    from_server<notice_response>(),
    from_server<notification_response>(),
    from_server<parameter_description>(),
    from_server<parameter_status>(),
    from_server<parse_complete>(),
    from_server<portal_suspended>(),
    from_server<ready_for_query>(),
    from_server<row_description>(),
    replicated<xlog_data>(sender::server),
    replicated<primary_keepalive>(sender::server),
    from_client<bind_request>(),
    from_client<close_request>(),
    from_client<copy_fail>(),
    from_client<describe_request>(),
    from_client<execute_request>(),
    from_client<flush_request>(),
    from_client<function_call>(),
    from_client<gss_response>(),
    from_client<parse_request>(),
    from_client<password_message>(),
    from_client<query_request>(),
    from_client<sasl_initial_response>(),
    from_client<sasl_response>(),
    from_client<sync_request>(),
    from_client<terminate_request>(),
    replicated<standby_status_update>(sender::client),
    replicated<hot_standby_feedback>(sender::client),
};

}  // namespace pgcoro::protocol::fuzz
