#include "net/dial.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pgcoro/protocol/startup.hpp>

#include "net/socket_options.hpp"

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t read_size = 8 * 1024;

auto into(error_code& code) { return asio::redirect_error(asio::use_awaitable, code); }

}  // namespace

dialer::dialer(const asio::any_io_executor& executor, dial_settings settings)
    : executor_(executor), settings_(std::move(settings)), timer_(executor) {}

void dialer::expire_after(std::chrono::steady_clock::duration limit) {
  if (limit <= limit.zero()) return;
  timer_.expires_after(limit);
  timer_.async_wait([weak = weak_from_this()](error_code cancelled) {
    auto self = weak.lock();
    if (cancelled || !self) return;
    self->expired_ = true;
    if (self->stream_) self->stream_->close();
    if (self->waiting_) self->waiting_->fire();
  });
}

void dialer::finish() { timer_.cancel(); }

error_info dialer::failure(error_code code, std::string message) const {
  error_details details;
  details.code = code;
  details.message = message.empty() ? code.message() : std::move(message);
  details.host = settings_.host->label();
  details.stage = stage_;
  details.connection_usable = false;
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

error_info dialer::outcome(error_code code) const {
  if (expired_) return failure(errc::timeout, "connect_timeout passed");
  if (!code) return {};
  if (code == asio::error::eof)
    return failure(errc::connection_closed, "the server closed the connection unexpectedly");
  return failure(code);
}

asio::awaitable<error_info> dialer::wait(std::shared_ptr<one_shot> outcome_of) {
  waiting_ = outcome_of;
  if (expired_) co_return outcome({});
  co_await outcome_of->wait();
  waiting_.reset();
  if (outcome_of->cancelled()) co_return failure(asio::error::operation_aborted);
  co_return outcome({});
}

asio::awaitable<expected<std::vector<stream::endpoint_type>>> dialer::resolve() {
  using endpoints = std::vector<stream::endpoint_type>;
  const host_entry& host = *settings_.host;
  if (host.is_unix_socket()) {
    std::string path = host.socket_path;
    if (path.front() == '@') path.front() = '\0';
    co_return endpoints(1, asio::local::stream_protocol::endpoint(path));
  }
  const std::string& name = host.hostaddr.empty() ? host.host : host.hostaddr;
  error_code code;
  if (const auto address = asio::ip::make_address(name, code); !code)
    co_return endpoints(1, asio::ip::tcp::endpoint(address, host.port));

  stage("resolve");
  struct lookup {
    std::shared_ptr<one_shot> done = std::make_shared<one_shot>();
    error_code code;
    asio::ip::tcp::resolver::results_type results;
  };
  auto found = std::make_shared<lookup>();
  auto resolver = std::make_shared<asio::ip::tcp::resolver>(executor_);
  resolver->async_resolve(name, std::to_string(host.port), [found, resolver](error_code ec, auto results) {
    found->code = ec;
    found->results = std::move(results);
    found->done->fire();
  });
  error_info failed = co_await wait(found->done);
  if (failed) co_return failed;
  if (found->code) co_return failure(found->code, "cannot resolve the host name: " + found->code.message());
  endpoints list;
  for (const auto& entry : found->results) list.emplace_back(entry.endpoint());
  co_return list;
}

asio::awaitable<error_info> dialer::open(const stream::endpoint_type& endpoint, encryption wanted) {
  error_info failed = co_await connect(endpoint);
  if (!failed && wanted != encryption::none) failed = co_await encrypt(wanted);
  co_return failed;
}

asio::awaitable<error_info> dialer::connect(const stream::endpoint_type& endpoint) {
  stage("connect");
  stream_ = std::make_unique<stream>(executor_);
  stream_->endpoint = endpoint;
  if (expired_) co_return outcome({});
  error_code code;
  stream_->socket().open(endpoint.protocol(), code);
  if (code) co_return failure(code);
  if (error_info failed = configure_socket()) co_return failed;
  co_await stream_->socket().async_connect(endpoint, into(code));
  if (error_info failed = outcome(code)) co_return failed;
  co_return check_peer();
}

error_info dialer::configure_socket() {
  const int family = stream_->endpoint.protocol().family();
  if (const error_code code = set_socket_options(stream_->socket(), family, settings_.options->tcp))
    return failure(code, "cannot set the socket's options: " + code.message());
  return {};
}

error_info dialer::check_peer() {
  const std::string& wanted = settings_.options->require_peer;
  if (wanted.empty() || !settings_.host->is_unix_socket()) return {};
  const expected<std::string> owner = peer_user(stream_->socket());
  if (!owner) return owner.error();
  if (*owner == wanted) return {};
  return failure(errc::authentication_refused,
                 "requirepeer asks for \"" + wanted + "\", the server runs as \"" + *owner + "\"");
}

asio::awaitable<error_info> dialer::encrypt(encryption wanted) {
  stage("TLS negotiation");
  if (wanted != encryption::direct) {
    bool agreed = false;
    error_info failed = co_await ask_for_tls(wanted, agreed);
    if (failed || !agreed) co_return failed;
  }
  stage("TLS handshake");
  stream_->encrypt_with(std::make_unique<tls_engine>(settings_.tls, settings_.host->host));
  error_info failed = co_await handshake();
  co_return failed;
}

/// SSLRequest and its answer of exactly one byte. Nothing beyond it is read, so whatever an attacker adds in clear text
/// meets the TLS handshake and fails there (CVE-2021-23222).
asio::awaitable<error_info> dialer::ask_for_tls(encryption wanted, bool& agreed) {
  protocol::buffer request;
  protocol::write(request, protocol::ssl_request{});
  error_info failed = co_await write_all(request);
  if (failed) co_return failed;
  char answer = 0;
  error_code code;
  co_await stream_->socket().async_read_some(asio::buffer(&answer, 1), into(code));
  failed = outcome(code);
  if (failed) co_return failed;
  agreed = answer == 'S';
  if (agreed || (answer == 'N' && wanted == encryption::if_offered)) co_return error_info{};
  if (answer == 'N') co_return failure(errc::tls_not_supported, "the server does not support TLS");
  // What an unauthenticated peer says instead is not shown (CVE-2024-10977).
  co_return failure(errc::protocol_error, "the server answered SSLRequest with neither 'S' nor 'N'");
}

asio::awaitable<error_info> dialer::handshake() {
  tls_engine& engine = *stream_->tls();
  for (;;) {
    const tls_handshake_result step = engine.handshake(stream_->sealed_in(), stream_->sealed_out());
    // An alert explains a failure to the server; whether it arrives does not matter.
    if (!stream_->sealed_out().empty()) {
      error_info failed = co_await write_all(stream_->sealed_out());
      if (failed && !step.error) co_return failed;
    }
    if (step.error) co_return failure(step.error.code(), step.error.message());
    if (step.done) co_return error_info{};
    error_info failed = co_await read_some(stream_->sealed_in());
    if (failed) co_return failed;
  }
}

asio::awaitable<error_info> dialer::read_some(protocol::buffer& input) {
  error_code code;
  const std::size_t n =
      co_await stream_->socket().async_read_some(asio::buffer(input.prepare(read_size), read_size), into(code));
  input.commit(n);
  co_return outcome(code);
}

asio::awaitable<error_info> dialer::write_all(protocol::buffer& output) {
  error_code code;
  while (!output.empty() && !code) {
    const auto bytes = output.data();
    const std::size_t n =
        co_await stream_->socket().async_write_some(asio::buffer(bytes.data(), bytes.size()), into(code));
    output.consume(n);
  }
  co_return outcome(code);
}

}  // namespace pgcoro::detail
