// A server that says what it likes to a client that opens a session. The client ends up with a session only where the
// server said all that one needs and the policy allows how it was authenticated; what it keeps is bounded.
#include "session/startup.hpp"

#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>

#include "support/server_reply.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::detail;
using pgcoro::test::server_reply;

void require(bool invariant) {
  if (!invariant) std::abort();
}

startup_settings make_settings(FuzzedDataProvider& data, bool& exchange_required) {
  startup_settings settings;
  settings.parameters = {{"user", data.ConsumeRandomLengthString(16)}};
  settings.min_version = data.ConsumeBool() ? protocol::protocol_3_0 : protocol::protocol_3_2;
  settings.max_version = data.ConsumeBool() ? protocol::protocol_3_2 : settings.min_version;
  settings.authentication.user = "alice";
  settings.authentication.password = auth::secret("pencil");
  settings.authentication.client_nonce = "abc";
  settings.authentication.max_iterations = 50;
  exchange_required = data.ConsumeBool();
  if (exchange_required) settings.authentication.policy.methods = auth::require_auth::parse("scram-sha-256").value();
  return settings;
}

/// A well-formed message that belongs to the start-up.
std::string plausible(FuzzedDataProvider& data) {
  using protocol::authentication_kind;
  server_reply reply;
  switch (data.ConsumeIntegralInRange(0, 11)) {
    case 0: reply.add(protocol::authentication{.kind = authentication_kind::ok}); break;
    case 1: reply.add(protocol::authentication{.kind = authentication_kind::cleartext_password}); break;
    case 2: reply.add(protocol::authentication{.kind = authentication_kind::md5_password}); break;
    case 3: {
      const std::string_view mechanism = "SCRAM-SHA-256";
      reply.add(protocol::authentication{.kind = authentication_kind::sasl, .mechanisms = std::span(&mechanism, 1)});
      break;
    }
    case 4:
    case 5: {
      const std::string said = "r=abcserver,s=c2FsdA==,i=" + data.ConsumeRandomLengthString(8);
      reply.add(protocol::authentication{
          .kind = data.ConsumeBool() ? authentication_kind::sasl_continue : authentication_kind::sasl_final,
          .data = protocol::as_bytes(said)});
      break;
    }
    case 6: reply.parameter("client_encoding", data.ConsumeBool() ? "UTF8" : "LATIN1"); break;
    case 7: reply.parameter(data.ConsumeRandomLengthString(8), data.ConsumeRandomLengthString(8)); break;
    case 8: {
      const std::string key = data.ConsumeRandomLengthString(300);
      reply.add(protocol::backend_key_data{.process_id = 1, .key = protocol::as_bytes(key)});
      break;
    }
    case 9: reply.ready(); break;
    case 10: reply.notice(data.ConsumeRandomLengthString(100)); break;
    default:
      reply.add(protocol::negotiate_protocol_version{.version = data.ConsumeIntegralInRange(0x2ffffu, 0x30003u)});
      break;
  }
  return reply.bytes();
}

void check_session(startup& machine, bool exchange_required) {
  require(machine.authenticated());
  require(!exchange_required);  // nobody here can prove the password
  const startup_result& result = machine.result();
  require(result.parameters.at("client_encoding") == "UTF8");
  require(result.parameters.size() <= 1000);
  require(result.cancel_key.size() <= protocol::max_cancel_key);
  require(result.version >= protocol::protocol_3_2 || result.cancel_key.empty() ||
          result.cancel_key.size() == protocol::min_cancel_key);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  bool exchange_required = false;
  startup_settings settings = make_settings(data, exchange_required);
  const std::uint32_t least = settings.min_version;
  startup machine(std::move(settings));
  protocol::buffer input, output;
  startup_step step = machine.begin(output);
  while (step != startup_step::failed && step != startup_step::done && data.remaining_bytes() > 0) {
    if (step == startup_step::derive_keys) {
      step = machine.resume(machine.take_job().run(), output);
      continue;
    }
    input.append(data.ConsumeBool() ? plausible(data) : data.ConsumeRandomLengthString(64));
    step = machine.receive(input, output);
    output.clear();
  }
  require(step != startup_step::failed || static_cast<bool>(machine.error()));
  if (step != startup_step::done) return 0;
  check_session(machine, exchange_required);
  require(machine.result().version >= least);
  return 0;
}
