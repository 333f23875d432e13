#include "session/startup.hpp"

#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "error/server_error.hpp"
#include "session/protocol_violation.hpp"

namespace pgcoro::detail {
namespace {

using protocol::backend_type;

/// A server needs a few dozen messages to open a session; one that sends many more is not opening one.
constexpr std::size_t max_messages = 1000;
/// Notices are kept for the user's handler; of a flood only the first, in bytes of their messages.
constexpr std::size_t max_notice_bytes = 256 * 1024;
/// Nothing that opens a session is larger, once the user is authenticated; before that the limits are lower still.
constexpr std::uint32_t max_message = 1024 * 1024;

error_info failure(errc code, std::string message) {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.connection_usable = false;
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

std::string version_text(std::uint32_t version) {
  return std::to_string(version >> 16) + "." + std::to_string(version & 0xffff);
}

}  // namespace

startup::startup(startup_settings settings)
    : settings_(std::move(settings)),
      authenticator_(std::move(settings_.authentication)),
      framer_({.max_message_size = max_message}) {
  result_.version = settings_.max_version;
}

startup_step startup::fail(const error_info& why) {
  error_details details = why.details();
  if (details.stage.empty()) details.stage = stage();
  details.connection_usable = false;
  details.safe_to_retry = true;  // no statement of the user's was sent
  error_ = error_info(std::move(details));
  return startup_step::failed;
}

startup_step startup::check(errc written, const char* what) {
  if (written == errc{}) return startup_step::read;
  return fail(failure(written, std::string(what) + " cannot be sent"));
}

startup_step startup::begin(protocol::buffer& output) {
  std::vector<protocol::startup_parameter> parameters;
  parameters.reserve(settings_.parameters.size());
  for (const auto& [name, value] : settings_.parameters) parameters.push_back({name, value});
  return check(write(output, protocol::startup_message{settings_.max_version, parameters}), "the startup message");
}

startup_step startup::receive(protocol::buffer& input, protocol::buffer& output) {
  protocol::message_view message;
  for (;;) {
    switch (framer_.next(input.data(), message)) {
      case protocol::frame_status::need_more: return startup_step::read;
      case protocol::frame_status::failed: return fail(protocol_violation(framer_.error()));
      case protocol::frame_status::complete: break;
    }
    if (++messages_ > max_messages) return fail(failure(errc::protocol_error, "the server does not end the start-up"));
    const startup_step step = dispatch(message, output);
    input.consume(message.size());
    if (step != startup_step::read) return step;
  }
}

startup_step startup::dispatch(const protocol::message_view& m, protocol::buffer& output) {
  switch (m.backend()) {
    case backend_type::error_response: return on_error(m.body);
    case backend_type::notice_response: return on_notice(m.body);
    case backend_type::authentication: return on_authentication(m.body, output);
    default: break;
  }
  if (!authenticated_) {
    if (m.backend() == backend_type::negotiate_protocol_version && !negotiated_) return on_version(m.body);
  } else {
    switch (m.backend()) {
      case backend_type::parameter_status: return on_parameter(m.body);
      case backend_type::backend_key_data: return on_key(m.body);
      case backend_type::ready_for_query: return on_ready(m.body);
      default: break;
    }
  }
  return fail(not_allowed_here(m));
}

startup_step startup::on_authentication(protocol::bytes_view body, protocol::buffer& output) {
  protocol::reader in(body);
  const auto request = static_cast<auth::auth_request>(in.u32());
  const protocol::bytes_view rest = in.rest();
  if (const auto e = in.finish("Authentication")) return fail(protocol_violation(e));
  return obey(authenticator_.receive(request, rest), output);
}

startup_step startup::resume(auth::outcome<auth::scram_keys> keys, protocol::buffer& output) {
  job_.reset();
  return obey(authenticator_.resume(std::move(keys)), output);
}

startup_step startup::obey(auth::auth_step step, protocol::buffer& output) {
  if (auto* password = std::get_if<auth::send_password>(&step))
    return check(write(output, protocol::password_message{password->password.view()}), "the password");
  if (auto* first = std::get_if<auth::send_sasl_initial>(&step))
    return check(write(output, protocol::sasl_initial_response{first->mechanism, protocol::as_bytes(first->response)}),
                 "the SASL response");
  if (auto* next = std::get_if<auth::send_sasl>(&step))
    return check(write(output, protocol::sasl_response{protocol::as_bytes(next->response)}), "the SASL response");
  if (auto* derive = std::get_if<auth::derive_scram_keys>(&step)) {
    job_ = std::move(derive->job);
    return startup_step::derive_keys;
  }
  if (auto* failed = std::get_if<error_info>(&step)) return fail(*failed);
  if (std::holds_alternative<auth::authenticated>(step)) {
    authenticated_ = true;
    framer_.authenticated();
  }
  return startup_step::read;
}

startup_step startup::on_error(protocol::bytes_view body) {
  protocol::error_response report;
  if (const auto e = parse(body, report)) return fail(protocol_violation(e));
  return fail(make_server_error(to_server_fields(report.fields)));
}

startup_step startup::on_notice(protocol::bytes_view body) {
  protocol::notice_response report;
  if (const auto e = parse(body, report)) return fail(protocol_violation(e));
  if (body.size() <= max_notice_bytes - notice_bytes_) {
    notice_bytes_ += body.size();
    result_.notices.push_back(to_server_fields(report.fields));
  }
  return startup_step::read;
}

/// The server offers an older version. Only options that begin with "_pq_." may be unknown to it, and we send none.
startup_step startup::on_version(protocol::bytes_view body) {
  protocol::negotiate_protocol_version offer;
  if (const auto e = parse(body, offer)) return fail(protocol_violation(e));
  if (offer.version >= result_.version)
    return fail(failure(errc::protocol_error, "NegotiateProtocolVersion: offers " + version_text(offer.version) +
                                                  " where " + version_text(result_.version) + " was asked for"));
  if (offer.version < settings_.min_version)
    return fail(failure(errc::unsupported_server, "the server speaks protocol " + version_text(offer.version) +
                                                      ", min_protocol_version asks for " +
                                                      version_text(settings_.min_version)));
  if (!offer.unknown_options.empty())
    return fail(failure(errc::protocol_error, "NegotiateProtocolVersion: names options that were not sent"));
  negotiated_ = true;
  result_.version = offer.version;
  return startup_step::read;
}

startup_step startup::on_parameter(protocol::bytes_view body) {
  protocol::parameter_status status;
  if (const auto e = parse(body, status)) return fail(protocol_violation(e));
  if (const error_info refused = check_parameter(status.name, status.value)) return fail(refused);
  result_.parameters.insert_or_assign(std::string(status.name), std::string(status.value));
  return startup_step::read;
}

startup_step startup::on_key(protocol::bytes_view body) {
  protocol::backend_key_data data;
  if (const auto e = parse(body, data)) return fail(protocol_violation(e));
  if (result_.version < protocol::protocol_3_2 && data.key.size() != protocol::min_cancel_key)
    return fail(failure(errc::protocol_error, "BackendKeyData: a key of protocol 3.0 has 4 bytes"));
  result_.process_id = data.process_id;
  result_.cancel_key.assign(data.key.begin(), data.key.end());
  return startup_step::read;
}

startup_step startup::on_ready(protocol::bytes_view body) {
  protocol::ready_for_query ready;
  if (const auto e = parse(body, ready)) return fail(protocol_violation(e));
  if (!result_.parameters.contains("client_encoding"))
    return fail(failure(errc::unsupported_server, "the server does not report client_encoding"));
  result_.status = ready.status;
  return startup_step::done;
}

}  // namespace pgcoro::detail
