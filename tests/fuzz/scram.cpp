// A server that says what it likes to a client that authenticates: arbitrary messages, honest ones, and honest ones
// with a byte changed, in any order. Whatever it says, it is accepted only where the policy allows what was really
// done.
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>

#include "auth/authenticator.hpp"
#include "auth/saslprep.hpp"
#include "unit/auth/scram_server.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::auth;

constexpr std::string_view end_point = "certificate";

void require(bool invariant) {
  if (!invariant) std::abort();
}

authenticator_options make_options(FuzzedDataProvider& data) {
  authenticator_options options;
  options.user = "alice";
  options.password = secret(data.ConsumeBool() ? "pencil" : data.ConsumeRandomLengthString(32));
  options.tls = data.ConsumeBool();
  if (data.ConsumeBool()) options.tls_server_end_point.assign(end_point.begin(), end_point.end());
  options.policy.channel_binding = static_cast<channel_binding_policy>(data.ConsumeIntegralInRange(0, 2));
  const auto methods = require_auth::parse(data.ConsumeRandomLengthString(24));
  if (methods) options.policy.methods = *methods;
  options.max_iterations = 50;
  options.client_nonce = "abc";
  return options;
}

/// A server and its side of the conversation.
class hostile_server {
 public:
  explicit hostile_server(FuzzedDataProvider& data) : data_(data) {}

  /// The next message: its request, and its body. Falsified unless it is exactly what an honest server would say.
  auth_request next(std::string& body) {
    const auto honesty = data_.ConsumeIntegralInRange(0, 3);
    if (honesty == 0) {
      falsified_ = true;
      body = data_.ConsumeRandomLengthString(200);
      return static_cast<auth_request>(data_.ConsumeIntegralInRange(0, 13));
    }
    const auth_request request = honest_message(body);
    if (honesty == 1 && !body.empty()) {
      falsified_ = true;
      body[data_.ConsumeIntegralInRange<std::size_t>(0, body.size() - 1)] ^=
          static_cast<char>(data_.ConsumeIntegralInRange(1, 255));
    }
    return request;
  }

  void hear(const send_sasl_initial& message) { initial_ = message.response; }
  void hear(const send_sasl& message) { proof_ = message.response; }

  bool falsified() const { return falsified_; }

 private:
  auth_request honest_message(std::string& body) {
    switch (step_++) {
      case 0:
        body = data_.ConsumeBool() ? std::string("SCRAM-SHA-256\0\0", 15)
                                   : std::string("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0", 34);
        return auth_request::sasl;
      case 1:
        if (!initial_.empty()) body = server_.first(initial_);
        return auth_request::sasl_continue;
      case 2:
        if (!proof_.empty()) body = server_.final(proof_, initial_.starts_with("p=") ? end_point : "");
        return auth_request::sasl_final;
      default: return auth_request::ok;
    }
  }

  FuzzedDataProvider& data_;
  scram_server server_{"pencil"};
  std::string initial_, proof_;
  int step_ = 0;
  bool falsified_ = false;
};

void check_accepted(const authenticator_options& options, const authenticator& client, const hostile_server& server) {
  const exchange_record& record = client.record();
  require(record.completed);
  require(options.policy.methods.allows(record.method));
  require(options.policy.channel_binding != channel_binding_policy::require || record.channel_bound);
  require(!record.channel_bound || (options.tls && !options.tls_server_end_point.empty()));
  if (record.method == auth_method::scram_sha_256 && !server.falsified())
    require(normalize_password(options.password.view()).view() == "pencil");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  const authenticator_options options = make_options(data);
  authenticator client(options);
  hostile_server server(data);
  bool accepted = false;
  bool failed = false;
  while (data.remaining_bytes() > 0) {
    std::string body;
    const auth_request request = server.next(body);
    auth_step step = client.receive(request, std::as_bytes(std::span(body)));
    if (const auto* const derive = std::get_if<derive_scram_keys>(&step); derive && data.ConsumeBool())
      step = client.resume(derive->job.run());
    if (const auto* const initial = std::get_if<send_sasl_initial>(&step)) server.hear(*initial);
    if (const auto* const proof = std::get_if<send_sasl>(&step)) server.hear(*proof);

    const bool accepts = std::holds_alternative<authenticated>(step);
    require(!accepts || !(accepted || failed));
    if (accepts) check_accepted(options, client, server);
    accepted = accepted || accepts;
    failed = failed || std::holds_alternative<error_info>(step);
  }
  return 0;
}
