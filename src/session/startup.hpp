// From the first byte to the first ReadyForQuery, without I/O. Protocol documentation: "Start-up", "Protocol Versions".
//
//   startup machine(settings);
//   machine.begin(output);
//   for (startup_step step; (step = machine.receive(input, output)) == …;) …
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/notification.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/startup.hpp>
#include <pgcoro/protocol/types.hpp>

#include "auth/authenticator.hpp"
#include "session/session.hpp"

namespace pgcoro::detail {

struct startup_settings {
  /// In the order in which they are sent; "user" is among them. A NUL in a name or a value is refused.
  std::vector<std::pair<std::string, std::string>> parameters;
  std::uint32_t min_version = protocol::protocol_3_0;
  std::uint32_t max_version = protocol::protocol_3_0;
  auth::authenticator_options authentication;
};

/// What the server said of the session that it opened.
struct startup_result {
  parameter_map parameters;
  std::uint32_t version = protocol::protocol_3_0;
  std::uint32_t process_id = 0;
  std::vector<std::byte> cancel_key;  ///< empty where the server sent none: it cannot be asked to cancel
  protocol::transaction_status status = protocol::transaction_status::idle;
  std::vector<notice> notices;  ///< the first that came meanwhile
};

enum class startup_step : unsigned char {
  read,         ///< send what the output holds, then read more
  derive_keys,  ///< run `take_job()` on any thread, then `resume`
  done,
  failed,  ///< `error()` says why; close the connection
};

class startup {
 public:
  explicit startup(startup_settings settings);

  /// Writes the StartupMessage.
  startup_step begin(protocol::buffer& output);
  /// Takes the messages off the front of `input`, up to ReadyForQuery; what follows that stays.
  startup_step receive(protocol::buffer& input, protocol::buffer& output);
  auth::key_derivation take_job() { return std::move(*job_); }
  startup_step resume(auth::outcome<auth::scram_keys> keys, protocol::buffer& output);

  const error_info& error() const noexcept { return error_; }
  /// For error texts: what was being waited for.
  const char* stage() const noexcept { return authenticated_ ? "session start" : "authentication"; }
  bool authenticated() const noexcept { return authenticated_; }
  startup_result& result() noexcept { return result_; }

 private:
  startup_step dispatch(const protocol::message_view& m, protocol::buffer& output);
  startup_step on_authentication(protocol::bytes_view body, protocol::buffer& output);
  startup_step obey(auth::auth_step step, protocol::buffer& output);
  startup_step on_error(protocol::bytes_view body);
  startup_step on_version(protocol::bytes_view body);
  startup_step on_parameter(protocol::bytes_view body);
  startup_step on_key(protocol::bytes_view body);
  startup_step on_notice(protocol::bytes_view body);
  startup_step on_ready(protocol::bytes_view body);
  startup_step fail(const error_info& why);
  startup_step check(errc written, const char* what);

  startup_settings settings_;
  auth::authenticator authenticator_;
  protocol::message_framer framer_;
  startup_result result_;
  error_info error_;
  std::optional<auth::key_derivation> job_;
  bool authenticated_ = false;
  bool negotiated_ = false;
  std::size_t messages_ = 0;
  std::size_t notice_bytes_ = 0;
};

}  // namespace pgcoro::detail
