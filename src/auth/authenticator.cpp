#include "auth/authenticator.hpp"

#include <utility>

#include "auth/md5_password.hpp"
#include "auth/saslprep.hpp"

namespace pgcoro::auth {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The name that the documentation gives a request, for error texts.
std::string describe(auth_request request) {
  switch (request) {
    case auth_request::ok: return "AuthenticationOk";
    case auth_request::kerberos_v4: return "Kerberos V4";
    case auth_request::kerberos_v5: return "Kerberos V5";
    case auth_request::cleartext_password: return "AuthenticationCleartextPassword";
    case auth_request::crypt_password: return "crypt";
    case auth_request::md5_password: return "AuthenticationMD5Password";
    case auth_request::scm_credential: return "SCM credentials";
    case auth_request::gss: return "GSSAPI";
    case auth_request::gss_continue: return "AuthenticationGSSContinue";
    case auth_request::sspi: return "SSPI";
    case auth_request::sasl: return "AuthenticationSASL";
    case auth_request::sasl_continue: return "AuthenticationSASLContinue";
    case auth_request::sasl_final: return "AuthenticationSASLFinal";
  }
  return "authentication method " + std::to_string(static_cast<std::uint32_t>(request));
}

auth_method method_of(auth_request request) {
  switch (request) {
    case auth_request::cleartext_password: return auth_method::password;
    case auth_request::md5_password: return auth_method::md5;
    case auth_request::gss: return auth_method::gss;
    case auth_request::sspi: return auth_method::sspi;
    case auth_request::sasl: return auth_method::scram_sha_256;
    default: return auth_method::other;
  }
}

bool begins_an_exchange(auth_request request) {
  return request != auth_request::gss_continue && request != auth_request::sasl_continue &&
         request != auth_request::sasl_final;
}

/// The list of AuthenticationSASL: strings that end with a NUL, ended by an empty one. Nothing where it is malformed
/// or longer than any server's.
std::optional<std::vector<std::string_view>> parse_mechanisms(std::string_view list) {
  constexpr std::size_t most = 64;
  std::vector<std::string_view> names;
  while (true) {
    const std::size_t end = list.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view name = list.substr(0, end);
    list.remove_prefix(end + 1);
    if (name.empty()) break;
    if (names.size() == most) return std::nullopt;
    names.push_back(name);
  }
  if (!list.empty()) return std::nullopt;
  return names;
}

}  // namespace

authenticator::authenticator(authenticator_options options) : options_(std::move(options)) {}

auth_step authenticator::receive(auth_request request, std::span<const std::byte> body) {
  if (state_ != state::done && state_ != state::failed) {
    if (request == auth_request::ok) return accept(body);
    if (state_ == state::start && begins_an_exchange(request)) return begin(request, body);
    if (state_ == state::sasl_first && request == auth_request::sasl_continue) return continue_sasl(body);
    if (state_ == state::sasl_final && request == auth_request::sasl_final) return finish_sasl(body);
  }
  const std::string_view when = state_ == state::done    ? " after AuthenticationOk"
                                : state_ == state::start ? " before any exchange was begun"
                                                         : " in the middle of another exchange";
  return fail(errc::protocol_error, "the server sent " + describe(request) + std::string(when));
}

auth_step authenticator::begin(auth_request request, std::span<const std::byte> body) {
  const auth_method method = method_of(request);
  if (error_info refusal = check_request(options_.policy, method)) return fail(std::move(refusal));
  record_ = {.method = method, .completed = false, .channel_bound = false};
  switch (request) {
    case auth_request::cleartext_password: return answer_cleartext(body);
    case auth_request::md5_password: return answer_md5(body);
    case auth_request::sasl: return begin_sasl(body);
    default:
      return fail(errc::authentication_unsupported,
                  "the server asks for " + describe(request) + ", which pgcoro does not speak");
  }
}

auth_step authenticator::answer_cleartext(std::span<const std::byte> body) {
  if (!body.empty()) return fail(errc::protocol_error, "AuthenticationCleartextPassword with trailing bytes");
  if (error_info error = need_password()) return fail(std::move(error));
  state_ = state::password_sent;
  record_.completed = true;
  return send_password{options_.password};
}

auth_step authenticator::answer_md5(std::span<const std::byte> salt) {
  if (salt.size() != 4) return fail(errc::protocol_error, "AuthenticationMD5Password without a salt of four bytes");
  if (error_info error = need_password()) return fail(std::move(error));
  outcome<secret> answer = md5_password(options_.user, options_.password.view(), salt);
  if (!answer) return fail(answer.error());
  state_ = state::password_sent;
  record_.completed = true;
  return send_password{std::move(*answer)};
}

auth_step authenticator::begin_sasl(std::span<const std::byte> body) {
  const auto offered = parse_mechanisms(text_of(body));
  if (!offered) return fail(errc::protocol_error, "AuthenticationSASL with a malformed list of mechanisms");

  const channel_binding_support support = !options_.tls                           ? channel_binding_support::no_tls
                                          : options_.tls_server_end_point.empty() ? channel_binding_support::no_hash
                                                                                  : channel_binding_support::available;
  const auto choice = choose_mechanism(*offered, support, options_.policy.channel_binding);
  if (!choice) return fail(choice.error());
  if (error_info error = need_password()) return fail(std::move(error));

  outcome<std::string> nonce =
      options_.client_nonce.empty() ? make_client_nonce() : outcome<std::string>(options_.client_nonce);
  if (!nonce) return fail(nonce.error());
  scram_.emplace(scram_options{.nonce = std::move(*nonce),
                               .binding = choice->binding,
                               .tls_server_end_point = options_.tls_server_end_point,
                               .max_iterations = options_.max_iterations});
  outcome<std::string> first = scram_->client_first();
  if (!first) return fail(first.error());
  state_ = state::sasl_first;
  return send_sasl_initial{to_string(choice->mechanism), std::move(*first)};
}

auth_step authenticator::continue_sasl(std::span<const std::byte> body) {
  outcome<scram_parameters> parameters = scram_->server_first(text_of(body));
  if (!parameters) return fail(parameters.error());
  derivation_ = key_derivation{.password = normalize_password(options_.password.view()),
                               .salt = std::move(parameters->salt),
                               .iterations = parameters->iterations};
  if (options_.cache)
    if (const auto keys = options_.cache->find(options_.user, *derivation_)) return send_proof(*keys);
  state_ = state::deriving;
  return derive_scram_keys{*derivation_};
}

auth_step authenticator::resume(outcome<scram_keys> keys) {
  if (state_ != state::deriving) return fail(errc::authentication_failed, "keys that nobody asked for");
  if (!keys) return fail(keys.error());
  return send_proof(*keys);
}

auth_step authenticator::send_proof(const scram_keys& keys) {
  outcome<std::string> final_message = scram_->client_final(keys);
  if (!final_message) return fail(final_message.error());
  state_ = state::sasl_final;
  if (options_.cache) options_.cache->store(options_.user, *derivation_, keys);
  return send_sasl{std::move(*final_message)};
}

auth_step authenticator::finish_sasl(std::span<const std::byte> body) {
  if (error_info error = scram_->server_final(text_of(body))) return fail(std::move(error));
  state_ = state::exchanged;
  record_.completed = true;
  record_.channel_bound = scram_->channel_bound();
  return await_message{};
}

auth_step authenticator::accept(std::span<const std::byte> body) {
  if (!body.empty()) return fail(errc::protocol_error, "AuthenticationOk with trailing bytes");
  if (error_info error = check_authentication_ok(options_.policy, record_)) return fail(std::move(error));
  state_ = state::done;
  return authenticated{};
}

error_info authenticator::need_password() const {
  if (options_.password.empty())
    return make_auth_error(errc::authentication_failed, "the server asks for a password, and none was given");
  if (options_.password.view().find('\0') != std::string_view::npos)
    return make_auth_error(errc::embedded_nul, "the password holds a NUL, which no PostgreSQL password can");
  return {};
}

auth_step authenticator::fail(errc code, std::string message) {
  return fail(make_auth_error(code, std::move(message)));
}

auth_step authenticator::fail(error_info error) {
  state_ = state::failed;
  return error;
}

}  // namespace pgcoro::auth
