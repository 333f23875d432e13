#include <pgcoro/protocol/message_type.hpp>

namespace pgcoro::protocol {

const char* name_of(backend_type type) noexcept {
  switch (type) {
    case backend_type::authentication: return "Authentication";
    case backend_type::backend_key_data: return "BackendKeyData";
    case backend_type::bind_complete: return "BindComplete";
    case backend_type::close_complete: return "CloseComplete";
    case backend_type::command_complete: return "CommandComplete";
    case backend_type::copy_both_response: return "CopyBothResponse";
    case backend_type::copy_data: return "CopyData";
    case backend_type::copy_done: return "CopyDone";
    case backend_type::copy_in_response: return "CopyInResponse";
    case backend_type::copy_out_response: return "CopyOutResponse";
    case backend_type::data_row: return "DataRow";
    case backend_type::empty_query_response: return "EmptyQueryResponse";
    case backend_type::error_response: return "ErrorResponse";
    case backend_type::function_call_response: return "FunctionCallResponse";
    case backend_type::negotiate_protocol_version: return "NegotiateProtocolVersion";
    case backend_type::no_data: return "NoData";
    case backend_type::notice_response: return "NoticeResponse";
    case backend_type::notification_response: return "NotificationResponse";
    case backend_type::parameter_description: return "ParameterDescription";
    case backend_type::parameter_status: return "ParameterStatus";
    case backend_type::parse_complete: return "ParseComplete";
    case backend_type::portal_suspended: return "PortalSuspended";
    case backend_type::ready_for_query: return "ReadyForQuery";
    case backend_type::row_description: return "RowDescription";
  }
  return "unknown message";
}

const char* name_of(frontend_type type) noexcept {
  switch (type) {
    case frontend_type::bind: return "Bind";
    case frontend_type::close: return "Close";
    case frontend_type::copy_data: return "CopyData";
    case frontend_type::copy_done: return "CopyDone";
    case frontend_type::copy_fail: return "CopyFail";
    case frontend_type::describe: return "Describe";
    case frontend_type::execute: return "Execute";
    case frontend_type::flush: return "Flush";
    case frontend_type::function_call: return "FunctionCall";
    case frontend_type::parse: return "Parse";
    case frontend_type::password: return "PasswordMessage";
    case frontend_type::query: return "Query";
    case frontend_type::sync: return "Sync";
    case frontend_type::terminate: return "Terminate";
  }
  return "unknown message";
}

}  // namespace pgcoro::protocol
