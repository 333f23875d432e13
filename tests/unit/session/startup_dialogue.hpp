// A client that opens a session, with a test in the place of its server.
#pragma once

#include <string>
#include <string_view>

#include "session/startup.hpp"
#include "support/server_reply.hpp"

namespace pgcoro::detail::test {

using pgcoro::test::server_reply;

inline startup_settings default_startup() {
  startup_settings settings;
  settings.parameters = {{"user", "alice"}, {"database", "shop"}};
  settings.authentication.user = "alice";
  settings.authentication.password = auth::secret("pencil");
  settings.authentication.client_nonce = "abc";
  return settings;
}

inline protocol::authentication demand(protocol::authentication_kind kind) { return {.kind = kind}; }

/// AuthenticationOk, and what a server tells after it.
inline server_reply welcome() {
  return server_reply()
      .add(demand(protocol::authentication_kind::ok))
      .parameter("client_encoding", "UTF8")
      .parameter("server_version", "18.0")
      .add(protocol::backend_key_data{.process_id = 4711, .key = protocol::as_bytes("key!")})
      .ready();
}

class startup_dialogue {
 public:
  explicit startup_dialogue(startup_settings settings = default_startup()) : machine(std::move(settings)) {
    begun = machine.begin(output);
    opening = take();
  }

  startup_step reply(std::string_view bytes) {
    input.append(bytes);
    step = machine.receive(input, output);
    return step;
  }
  startup_step reply(const server_reply& messages) { return reply(messages.bytes()); }
  startup_step derive_keys() { return step = machine.resume(machine.take_job().run(), output); }

  /// What the client wants to send.
  std::string take() {
    std::string bytes(protocol::as_text(output.data()));
    output.clear();
    return bytes;
  }
  boost::system::error_code code() const { return machine.error().code(); }

  startup machine;
  protocol::buffer input;
  protocol::buffer output;
  startup_step begun = startup_step::read;
  startup_step step = startup_step::read;
  std::string opening;  ///< the StartupMessage
};

}  // namespace pgcoro::detail::test
