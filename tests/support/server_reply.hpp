// What a server says, message by message, for tests that hand the bytes to the session themselves.
//
//   server_reply().describe({"a"}).bound().row({"1"}).complete("SELECT 1").ready().bytes()
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/protocol/backend.hpp>

namespace pgcoro::test {

using text_row_values = std::vector<std::optional<std::string>>;

class server_reply {
 public:
  /// Any message that has a writer.
  template <class Message>
  server_reply& add(const Message& message) {
    protocol::buffer out;
    static_cast<void>(protocol::write(out, message));
    messages_.emplace_back(protocol::as_text(out.data()));
    return *this;
  }
  /// A message with whatever body.
  server_reply& raw(char type, std::string_view body = {}) {
    protocol::buffer out;
    out.append_u8(static_cast<std::uint8_t>(type));
    out.append_u32(static_cast<std::uint32_t>(body.size() + 4));
    out.append(body);
    messages_.emplace_back(protocol::as_text(out.data()));
    return *this;
  }
  server_reply& then(const server_reply& other) {
    messages_.insert(messages_.end(), other.messages_.begin(), other.messages_.end());
    return *this;
  }

  server_reply& parsed() { return add(protocol::parse_complete{}); }
  server_reply& bound() { return add(protocol::bind_complete{}); }
  server_reply& closed() { return add(protocol::close_complete{}); }
  server_reply& no_data() { return add(protocol::no_data{}); }
  server_reply& empty() { return add(protocol::empty_query_response{}); }
  server_reply& parameters(const std::vector<oid>& types = {}) {
    return add(protocol::parameter_description{.types = types});
  }
  /// RowDescription of columns of type text.
  server_reply& columns(const std::vector<std::string>& names) {
    constexpr oid text = 25;
    std::vector<protocol::column_description> fields;
    for (const std::string& name : names) fields.push_back({.name = name, .type = text, .type_size = -1});
    return add(protocol::row_description{.fields = fields});
  }
  /// The reply to Parse and Describe of a statement; no columns: NoData.
  server_reply& describe(const std::vector<std::string>& names, const std::vector<oid>& types = {}) {
    parsed().parameters(types);
    return names.empty() ? no_data() : columns(names);
  }
  server_reply& row(const text_row_values& values) {
    std::vector<protocol::field> fields;
    for (const auto& value : values)
      fields.push_back(
          value ? protocol::field{protocol::as_bytes(*value).data(), static_cast<std::int32_t>(value->size())}
                : protocol::field{});
    return add(protocol::data_row{.fields = fields});
  }
  server_reply& complete(std::string_view tag) { return add(protocol::command_complete{.tag = tag}); }
  server_reply& ready(char status = 'I') {
    return add(protocol::ready_for_query{.status = static_cast<protocol::transaction_status>(status)});
  }
  server_reply& error(std::string_view sqlstate, std::string_view severity = "ERROR", std::string_view function = "f",
                      std::string_view message = "the server says no") {
    return add(protocol::error_response{.fields = report(sqlstate, severity, message, function)});
  }
  server_reply& notice(std::string_view text = "by the way") {
    return add(protocol::notice_response{.fields = report("00000", "NOTICE", text, "f")});
  }
  server_reply& notification(std::string_view channel, std::string_view payload) {
    return add(protocol::notification_response{.process_id = 7, .channel = channel, .payload = payload});
  }
  server_reply& parameter(std::string_view name, std::string_view value) {
    return add(protocol::parameter_status{.name = name, .value = value});
  }
  server_reply& suspended() { return add(protocol::portal_suspended{}); }
  server_reply& copy_in() { return add(protocol::copy_in_response{}); }
  server_reply& copy_out() { return add(protocol::copy_out_response{}); }
  server_reply& copy_data(std::string_view data) { return add(protocol::copy_data{.data = protocol::as_bytes(data)}); }
  server_reply& copy_done() { return add(protocol::copy_done{}); }

  /// One string a message.
  const std::vector<std::string>& messages() const { return messages_; }
  std::string bytes() const {
    std::string all;
    for (const std::string& message : messages_) all += message;
    return all;
  }

 private:
  std::vector<protocol::error_field> report(std::string_view sqlstate, std::string_view severity, std::string_view text,
                                            std::string_view function) {
    return {{'S', severity}, {'V', severity}, {'C', sqlstate}, {'M', text}, {'R', function}};
  }

  std::vector<std::string> messages_;
};

}  // namespace pgcoro::test
