#include "client/connect.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <random>

#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/detail/traced_span.hpp>

#include "client/connect_caches.hpp"
#include "client/key_derivation_service.hpp"
#include "client/session_attrs.hpp"
#include "net/tls_policy.hpp"
#include "session/startup.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

std::uint32_t wire_version(protocol_version v) {
  return v == protocol_version::v3_2 ? protocol::protocol_3_2 : protocol::protocol_3_0;
}

/// How to open the first stream to a host.
encryption first_encryption(const tls_settings& tls, const host_entry& host) {
  const tls_policy policy = tls_policy_of(tls.mode, host.is_unix_socket());
  if (!policy.ask) return encryption::none;
  if (tls.negotiation == sslnegotiation::direct) return encryption::direct;
  return policy.accept_refusal ? encryption::if_offered : encryption::required;
}

/// An answer to the credentials, which other hosts would only be asked to repeat. As in libpq, a server that is not
/// (yet) taking connections is none.
bool is_final(const error_info& error) {
  if (error.code() == asio::error::operation_aborted) return true;
  if (!error.server()) return false;
  return error.code() != sqlstate::cannot_connect_now;
}

startup_settings make_startup(const dial_settings& dialled, stream& wire) {
  const connect_settings& options = *dialled.options;
  startup_settings settings;
  settings.parameters = options.startup_parameters;
  settings.min_version = wire_version(options.min_protocol_version);
  settings.max_version = wire_version(options.max_protocol_version);
  auth::authenticator_options& authentication = settings.authentication;
  authentication.user = options.user;
  authentication.password = dialled.host->password;
  authentication.policy = options.auth_policy;
  authentication.tls = wire.encrypted();
  if (wire.encrypted()) authentication.tls_server_end_point = wire.tls()->tls_server_end_point();
  authentication.max_iterations = options.scram_max_iterations;
  return settings;
}

/// Sends plaintext through the stream's TLS, if it has one.
asio::awaitable<error_info> send(dialer& attempt, protocol::buffer& output) {
  stream& wire = attempt.current();
  error_info failed;
  if (!wire.encrypted()) {
    failed = co_await attempt.write_all(output);
    co_return failed;
  }
  failed = wire.tls()->encrypt(output.data(), wire.sealed_out());
  output.clear();
  if (!failed) failed = co_await attempt.write_all(wire.sealed_out());
  co_return failed;
}

asio::awaitable<error_info> receive(dialer& attempt, protocol::buffer& input) {
  stream& wire = attempt.current();
  error_info failed = co_await attempt.read_some(wire.receive_buffer(input));
  bool closed = false;
  error_info broken = wire.received(input, closed);
  if (!failed && broken) failed = attempt.failure(broken.code(), broken.message());
  if (!failed && closed)
    failed = attempt.failure(make_error_code(errc::connection_closed), "the server closed the connection unexpectedly");
  co_return failed;
}

}  // namespace

connector::connector(asio::any_io_executor executor, std::shared_ptr<const connect_settings> settings)
    : executor_(std::move(executor)), settings_(std::move(settings)) {}

error_info connector::make_tls() {
  const auto& hosts = settings_->hosts;
  const bool all_local =
      std::all_of(hosts.begin(), hosts.end(), [](const host_entry& h) { return h.is_unix_socket(); });
  if (settings_->tls.mode == sslmode::disable || all_local) return {};
  auto made = caches_of(executor_).tls_contexts.get(settings_->tls);
  if (!made) return made.error();
  tls_ = std::move(*made);
  return {};
}

asio::awaitable<expected<established>> connector::connect() {
  traced_span span;
  span.begin(settings_->tracer.get(), {.what = activity::connect, .database = settings_->dbname});
  expected<established> made = co_await connect_to_any();
  span.end(made ? error_info() : made.error());
  co_return made;
}

asio::awaitable<expected<established>> connector::connect_to_any() {
  if (error_info failed = make_tls()) co_return failed;
  std::vector<const host_entry*> hosts;
  for (const host_entry& h : settings_->hosts) hosts.push_back(&h);
  if (settings_->load_balance_hosts == load_balance_hosts::random)
    std::shuffle(hosts.begin(), hosts.end(), std::mt19937(std::random_device{}()));

  // prefer_standby: first standbys alone, then whatever there is.
  const bool two_passes = settings_->target_session_attrs == target_session_attrs::prefer_standby;
  for (int pass = two_passes ? 0 : 1; pass < 2; ++pass) {
    target_session_attrs wanted = settings_->target_session_attrs;
    if (two_passes) wanted = pass == 0 ? target_session_attrs::standby : target_session_attrs::any;
    for (const host_entry* host : hosts) {
      established made;
      attempt_result tried = co_await try_host(*host, wanted, made);
      if (!tried.error) co_return std::move(made);
      failures_.push_back(std::move(tried.error));
      if (tried.final) co_return all_failed();
    }
  }
  co_return all_failed();
}

asio::awaitable<connector::attempt_result> connector::try_host(const host_entry& host, target_session_attrs wanted,
                                                               established& made) {
  auto attempt = std::make_shared<dialer>(executor_, dial_settings(settings_, tls_, &host));
  attempt->expire_after(settings_->connect_timeout);
  attempt_result last;
  expected<std::vector<stream::endpoint_type>> addresses = co_await attempt->resolve();
  if (!addresses) {
    last.error = addresses.error();
    last.final = is_final(last.error);
    co_return last;
  }
  if (settings_->load_balance_hosts == load_balance_hosts::random)
    std::shuffle(addresses->begin(), addresses->end(), std::mt19937(std::random_device{}()));
  for (const stream::endpoint_type& address : *addresses) {
    if (last.error) failures_.push_back(std::move(last.error));
    last = co_await try_address(*attempt, address, wanted, made);
    if (!last.error || last.final || last.error.code() == errc::timeout) break;
  }
  attempt->finish();
  co_return last;
}

asio::awaitable<connector::attempt_result> connector::try_address(dialer& attempt, const stream::endpoint_type& address,
                                                                  target_session_attrs wanted, established& made) {
  encryption mode = first_encryption(settings_->tls, *attempt.settings().host);
  bool refused = false;
  attempt_result tried;
  for (;;) {
    tried.error = co_await attempt.open(address, mode);
    if (!tried.error) tried.error = co_await open_session(attempt, mode, made, refused);
    const bool with_tls = refused && mode == encryption::none &&
                          tls_policy_of(settings_->tls.mode, attempt.settings().host->is_unix_socket()).retry_with_tls;
    if (!tried.error || !with_tls) break;
    failures_.push_back(std::move(tried.error));
    mode = encryption::required;
  }
  tried.final = is_final(tried.error);
  if (tried.error) co_return tried;
  made.dialled = attempt.settings();
  if (wanted != target_session_attrs::any) tried.error = co_await check_session_attrs(attempt, wanted, made);
  if (!tried.error) made.wire = attempt.take();
  co_return tried;
}

asio::awaitable<error_info> connector::open_session(dialer& attempt, encryption mode, established& made,
                                                    bool& refused) {
  stream& wire = attempt.current();
  made.encrypted = wire.encrypted() && mode == encryption::if_offered ? encryption::required : mode;
  if (!wire.encrypted()) made.encrypted = encryption::none;
  attempt.stage("authentication");
  startup_settings settings = make_startup(attempt.settings(), wire);
  settings.authentication.cache = caches_of(executor_).scram_keys;
  startup machine(std::move(settings));
  protocol::buffer output;
  made.input.clear();
  startup_step step = machine.begin(output);
  error_info failed;
  while (step != startup_step::done && !failed) {
    if (step == startup_step::failed) {
      failed = machine.error();
    } else if (step == startup_step::derive_keys) {
      failed = co_await derive_keys(attempt, machine, step, output);
    } else {
      if (!output.empty()) failed = co_await send(attempt, output);
      error_info unread = co_await receive(attempt, made.input);
      if (!failed) failed = std::move(unread);
      step = machine.receive(made.input, output);  // also where the stream has ended: the server may have said why
      if (step == startup_step::failed) failed = machine.error();
    }
  }
  refused = failed.server() != nullptr;
  if (!failed) {
    made.opening = std::move(machine.result());
    co_return error_info{};
  }
  error_details details = failed.details();
  const host_entry& host = *attempt.settings().host;
  if (details.host.empty()) details.host = host.label();
  if (details.code == sqlstate::invalid_password && !host.password_note.empty())
    details.message += " (" + host.password_note + ")";
  co_return error_info(std::move(details));
}

asio::awaitable<error_info> connector::derive_keys(dialer& attempt, startup& machine, startup_step& step,
                                                   protocol::buffer& output) {
  auto job = std::make_shared<key_derivation_job>(machine.take_job());
  run_key_derivation(attempt.executor(), job);
  error_info failed = co_await attempt.wait(job->done);
  if (!failed) step = machine.resume(std::move(*job->keys), output);
  if (step == startup_step::failed) failed = machine.error();
  co_return failed;
}

/// Asks the session what it is, in one simple query (protocol documentation, "Simple Query").
asio::awaitable<error_info> connector::check_session_attrs(dialer& attempt, target_session_attrs wanted,
                                                           established& made) {
  attempt.stage("target_session_attrs");
  session_attrs_check check(made.opening.parameters, made.opening.status);
  error_info failed;
  if (!check.known()) {
    check.begin();
    while (!failed && !check.known()) {
      failed = co_await send(attempt, check.output());
      if (!failed) failed = co_await receive(attempt, made.input);
      if (!failed) failed = check.receive(made.input);
    }
  }
  if (failed) co_return failed;
  if (check.meets(wanted)) co_return error_info{};
  co_return attempt.failure(make_error_code(errc::wrong_session_type), check.mismatch(wanted));
}

error_info connector::all_failed() const {
  if (failures_.size() == 1) return failures_.front();
  error_details details = failures_.back().details();
  details.message.clear();
  for (const error_info& f : failures_) {
    if (!details.message.empty()) details.message += "; ";
    details.message += f.what();
  }
  details.code = make_error_code(errc::connect_failed);
  if (failures_.back().server()) details.code = failures_.back().code();
  details.host.clear();
  details.stage = "connect";
  details.connection_usable = false;
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
