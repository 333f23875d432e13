// The byte in front of each message. Protocol documentation, "Message Formats".
#pragma once

#include <pgcoro/config.hpp>

namespace pgcoro::protocol {

/// What a server sends.
enum class backend_type : char {
  authentication = 'R',
  backend_key_data = 'K',
  bind_complete = '2',
  close_complete = '3',
  command_complete = 'C',
  copy_both_response = 'W',
  copy_data = 'd',
  copy_done = 'c',
  copy_in_response = 'G',
  copy_out_response = 'H',
  data_row = 'D',
  empty_query_response = 'I',
  error_response = 'E',
  function_call_response = 'V',
  negotiate_protocol_version = 'v',
  no_data = 'n',
  notice_response = 'N',
  notification_response = 'A',
  parameter_description = 't',
  parameter_status = 'S',
  parse_complete = '1',
  portal_suspended = 's',
  ready_for_query = 'Z',
  row_description = 'T',
};

/// What a client sends once the session has begun; the packets before that have no type byte (see startup.hpp).
enum class frontend_type : char {
  bind = 'B',
  close = 'C',
  copy_data = 'd',
  copy_done = 'c',
  copy_fail = 'f',
  describe = 'D',
  execute = 'E',
  flush = 'H',
  function_call = 'F',
  parse = 'P',
  password = 'p',  ///< every answer to an authentication request: password, SASL, GSSAPI
  query = 'Q',
  sync = 'S',
  terminate = 'X',
};

/// The message's name in the protocol's documentation, "unknown message" for a byte that is none.
[[nodiscard]] PGCORO_DECL const char* name_of(backend_type) noexcept;
[[nodiscard]] PGCORO_DECL const char* name_of(frontend_type) noexcept;

}  // namespace pgcoro::protocol
