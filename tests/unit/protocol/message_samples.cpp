#include "message_samples.hpp"

#include <array>
#include <ostream>

#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "support.hpp"

namespace pgcoro::protocol::test {

namespace {

constexpr bool open_ended = true;

template <class Message>
message_sample sample(std::string name, sender from, const Message& message, std::string bytes, bool open = false) {
  message_sample s{std::move(name), from, std::move(bytes), open, {}, {}, {}};
  s.write = [message](buffer& to) { return write(to, message); };
  s.parse = [](bytes_view body) {
    Message parsed{};
    return parse(body, parsed);
  };
  s.rewrite = [](bytes_view body, buffer& to) {
    Message parsed{};
    if (const protocol_error e = parse(body, parsed)) return e.code();
    return write(to, parsed);
  };
  return s;
}

template <class Message>
message_sample server(std::string name, const Message& message, std::string bytes, bool open = false) {
  return sample(std::move(name), sender::server, message, std::move(bytes), open);
}

template <class Message>
message_sample client(std::string name, const Message& message, std::string bytes, bool open = false) {
  return sample(std::move(name), sender::client, message, std::move(bytes), open);
}

field text_field(std::string_view text) { return {as_bytes(text).data(), static_cast<std::int32_t>(text.size())}; }

const std::array<std::string_view, 2> mechanisms{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"};
const std::array<std::string_view, 1> options{"_pq_.new"};
const std::array<format, 2> formats{format::text, format::binary};
const std::array<format, 1> binary{format::binary};
const std::array<oid, 2> oids{23, 0x01020304};
const std::array<field, 3> fields{text_field("ab"), field{}, text_field("")};
const std::array<error_field, 3> report{{{'S', "ERROR"}, {'C', "23505"}, {'?', "new"}}};
const std::array<column_description, 2> columns{{
    {.name = "id", .table = 0x4001, .attribute = 1, .type = 20, .type_size = 8, .format = format::binary},
    {.name = "", .type = 25, .type_size = -1, .modifier = 12},
}};

std::vector<message_sample> server_samples() {
  return {
      server("authentication_ok", authentication{}, wire("R\0\0\0\x08\0\0\0\0")),
      server("authentication_kerberos", authentication{.kind = authentication_kind::kerberos_v5},
             wire("R\0\0\0\x08\0\0\0\x02")),
      server("authentication_cleartext", authentication{.kind = authentication_kind::cleartext_password},
             wire("R\0\0\0\x08\0\0\0\x03")),
      server("authentication_md5",
             authentication{.kind = authentication_kind::md5_password,
                            .salt = {std::byte{1}, std::byte{0}, std::byte{0xff}, std::byte{4}}},
             wire("R\0\0\0\x0c\0\0\0\x05\x01\0\xff\x04")),
      server("authentication_gss", authentication{.kind = authentication_kind::gss}, wire("R\0\0\0\x08\0\0\0\x07")),
      server("authentication_gss_continue",
             authentication{.kind = authentication_kind::gss_continue, .data = as_bytes("tok")},
             wire("R\0\0\0\x0b\0\0\0\x08tok"), open_ended),
      server("authentication_sspi", authentication{.kind = authentication_kind::sspi}, wire("R\0\0\0\x08\0\0\0\x09")),
      server("authentication_sasl", authentication{.kind = authentication_kind::sasl, .mechanisms = mechanisms},
             wire("R\0\0\0\x2a\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0")),
      server("authentication_sasl_continue",
             authentication{.kind = authentication_kind::sasl_continue, .data = as_bytes("r=x")},
             wire("R\0\0\0\x0b\0\0\0\x0br=x"), open_ended),
      server("authentication_sasl_final",
             authentication{.kind = authentication_kind::sasl_final, .data = as_bytes("v=x")},
             wire("R\0\0\0\x0b\0\0\0\x0cv=x"), open_ended),
      server("backend_key_data", backend_key_data{.process_id = 258, .key = as_bytes("key!")},
             wire("K\0\0\0\x0c\0\0\x01\x02key!"), open_ended),
      server("parameter_status", parameter_status{.name = "TimeZone", .value = "UTC"},
             wire("S\0\0\0\x11TimeZone\0UTC\0")),
      server("negotiate_protocol_version",
             negotiate_protocol_version{.version = protocol_3_0, .unknown_options = options},
             wire("v\0\0\0\x15\0\x03\0\0\0\0\0\x01_pq_.new\0")),
      server("ready_for_query", ready_for_query{.status = transaction_status::in_transaction}, wire("Z\0\0\0\x05T")),
      server("notification_response", notification_response{.process_id = 7, .channel = "orders", .payload = "42"},
             wire("A\0\0\0\x12\0\0\0\x07orders\0"
                  "42\0")),
      server("row_description", row_description{.fields = columns},
             wire("T\0\0\0\x2e\0\x02"
                  "id\0\0\0\x40\x01\0\x01\0\0\0\x14\0\x08\xff\xff\xff\xff\0\x01"
                  "\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\0\0\0\x0c\0\0")),
      server("row_description_without_columns", row_description{}, wire("T\0\0\0\x06\0\0")),
      server("parameter_description", parameter_description{.types = oids},
             wire("t\0\0\0\x0e\0\x02\0\0\0\x17\x01\x02\x03\x04")),
      server("no_data", no_data{}, wire("n\0\0\0\x04")),
      server("data_row", data_row{.fields = fields},
             wire("D\0\0\0\x14\0\x03\0\0\0\x02"
                  "ab\xff\xff\xff\xff\0\0\0\0")),
      server("command_complete", command_complete{.tag = "INSERT 0 3"}, wire("C\0\0\0\x0fINSERT 0 3\0")),
      server("parse_complete", parse_complete{}, wire("1\0\0\0\x04")),
      server("bind_complete", bind_complete{}, wire("2\0\0\0\x04")),
      server("close_complete", close_complete{}, wire("3\0\0\0\x04")),
      server("portal_suspended", portal_suspended{}, wire("s\0\0\0\x04")),
      server("empty_query_response", empty_query_response{}, wire("I\0\0\0\x04")),
      server("error_response", error_response{.fields = report}, wire("E\0\0\0\x18SERROR\0C23505\0?new\0\0")),
      server("notice_response", notice_response{.fields = report}, wire("N\0\0\0\x18SERROR\0C23505\0?new\0\0")),
      server("copy_in_response", copy_in_response{.overall = format::binary, .columns = binary},
             wire("G\0\0\0\x09\x01\0\x01\0\x01")),
      server("copy_out_response", copy_out_response{.overall = format::binary, .columns = formats},
             wire("H\0\0\0\x0b\x01\0\x02\0\0\0\x01")),
      server("copy_both_response", copy_both_response{}, wire("W\0\0\0\x07\0\0\0")),
      server("copy_data", copy_data{.data = as_bytes("a\tb\n")},
             wire("d\0\0\0\x08"
                  "a\tb\n"),
             open_ended),
      server("copy_done", copy_done{}, wire("c\0\0\0\x04")),
      server("function_call_response", function_call_response{.value = text_field("42")},
             wire("V\0\0\0\x0a\0\0\0\x02"
                  "42")),
      server("function_call_response_null", function_call_response{}, wire("V\0\0\0\x08\xff\xff\xff\xff")),
      server("xlog_data", xlog_data{.start = 0x0102030405060708, .server_end = 2, .clock = -1, .data = as_bytes("xyz")},
             wire("d\0\0\0\x20w\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\0\0\0\0\x02"
                  "\xff\xff\xff\xff\xff\xff\xff\xffxyz"),
             open_ended),
      server("primary_keepalive", primary_keepalive{.server_end = 1, .clock = 2, .reply_requested = true},
             wire("d\0\0\0\x16k\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\x01")),
  };
}

std::vector<message_sample> client_samples() {
  return {
      client("password", password_message{.password = "secret"}, wire("p\0\0\0\x0bsecret\0")),
      client("sasl_initial_response", sasl_initial_response{.mechanism = "SCRAM-SHA-256", .data = as_bytes("n,,")},
             wire("p\0\0\0\x19SCRAM-SHA-256\0\0\0\0\x03n,,")),
      client("sasl_initial_response_without_data", sasl_initial_response{.mechanism = "X", .data = {}},
             wire("p\0\0\0\x0aX\0\xff\xff\xff\xff")),
      client("sasl_response", sasl_response{.data = as_bytes("c=x")},
             wire("p\0\0\0\x07"
                  "c=x"),
             open_ended),
      client("gss_response", gss_response{.data = as_bytes("tok")}, wire("p\0\0\0\x07tok"), open_ended),
      client("query", query_request{.sql = "SELECT 1"}, wire("Q\0\0\0\x0dSELECT 1\0")),
      client("parse", parse_request{.statement = "s1", .sql = "SELECT $1", .parameter_types = oids},
             wire("P\0\0\0\x1bs1\0SELECT $1\0\0\x02\0\0\0\x17\x01\x02\x03\x04")),
      client("bind",
             bind_request{.portal = "",
                          .statement = "s1",
                          .parameter_formats = binary,
                          .parameters = fields,
                          .result_formats = formats},
             wire("B\0\0\0\x22\0s1\0\0\x01\0\x01\0\x03\0\0\0\x02"
                  "ab\xff\xff\xff\xff\0\0\0\0\0\x02\0\0\0\x01")),
      client("describe", describe_request{.target = described::statement, .name = "s1"}, wire("D\0\0\0\x08Ss1\0")),
      client("execute", execute_request{.portal = "p", .max_rows = 256}, wire("E\0\0\0\x0ap\0\0\0\x01\0")),
      client("close", close_request{.target = described::portal, .name = "p"}, wire("C\0\0\0\x07Pp\0")),
      client("sync", sync_request{}, wire("S\0\0\0\x04")),
      client("flush", flush_request{}, wire("H\0\0\0\x04")),
      client("terminate", terminate_request{}, wire("X\0\0\0\x04")),
      client("copy_data_from_client", copy_data{.data = as_bytes("x")}, wire("d\0\0\0\x05x"), open_ended),
      client("copy_done_from_client", copy_done{}, wire("c\0\0\0\x04")),
      client("copy_fail", copy_fail{.reason = "no"}, wire("f\0\0\0\x07no\0")),
      client("function_call",
             function_call{
                 .function = 1598, .argument_formats = binary, .arguments = fields, .result_format = format::binary},
             wire("F\0\0\0\x1e\0\0\x06\x3e\0\x01\0\x01\0\x03\0\0\0\x02"
                  "ab\xff\xff\xff\xff\0\0\0\0\0\x01")),
      client("standby_status_update",
             standby_status_update{
                 .written = 3, .flushed = 2, .applied = 1, .clock = 0x0102030405060708, .reply_requested = false},
             wire("d\0\0\0\x26r\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x01"
                  "\x01\x02\x03\x04\x05\x06\x07\x08\0")),
      client(
          "hot_standby_feedback",
          hot_standby_feedback{.clock = 1, .xmin = 700, .xmin_epoch = 1, .catalog_xmin = 701, .catalog_xmin_epoch = 2},
          wire("d\0\0\0\x1dh\0\0\0\0\0\0\0\x01\0\0\x02\xbc\0\0\0\x01\0\0\x02\xbd\0\0\0\x02")),
  };
}

}  // namespace

const std::vector<message_sample>& message_samples() {
  static const std::vector<message_sample> all = [] {
    auto samples = server_samples();
    for (auto& s : client_samples()) samples.push_back(std::move(s));
    return samples;
  }();
  return all;
}

void PrintTo(const message_sample& sample, std::ostream* out) { *out << sample.name; }

}  // namespace pgcoro::protocol::test
