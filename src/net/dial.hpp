// Opens a stream to one server and encrypts it as asked, within one deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "net/one_shot.hpp"
#include "net/stream.hpp"
#include "net/tls_context.hpp"
#include "options/connect_settings.hpp"

namespace pgcoro::detail {

template <class T>
using expected = boost::system::result<T, error_info>;

/// Whether and how a stream is encrypted.
enum class encryption : unsigned char {
  none,
  if_offered,  ///< ask; without it where the server answers 'N', and only there
  required,    ///< ask; an error where the server does not
  direct,      ///< begin with the handshake
};

/// What an attempt needs besides the address; shared, so that a cancel request is made exactly as its connection was.
struct dial_settings {
  dial_settings() = default;
  dial_settings(std::shared_ptr<const connect_settings> o, std::shared_ptr<const tls_context> t, const host_entry* h)
      : options(std::move(o)), tls(std::move(t)), host(h) {}

  std::shared_ptr<const connect_settings> options;
  std::shared_ptr<const tls_context> tls;  ///< null where TLS is disabled
  const host_entry* host = nullptr;        ///< one of `options->hosts`
};

/// One attempt on one host: what it is waiting for ends when the deadline passes.
class dialer : public std::enable_shared_from_this<dialer> {
 public:
  dialer(const boost::asio::any_io_executor& executor, dial_settings settings);

  /// Everything from here on ends by then, with errc::timeout. Zero: no limit.
  void expire_after(std::chrono::steady_clock::duration limit);
  /// The deadline no longer holds: the stream is the caller's.
  void finish();

  boost::asio::awaitable<expected<std::vector<stream::endpoint_type>>> resolve();
  /// A new stream, connected and encrypted. One `dialer` may open several, one after the other.
  boost::asio::awaitable<error_info> open(const stream::endpoint_type& endpoint, encryption wanted);
  boost::asio::awaitable<error_info> read_some(protocol::buffer& input);
  boost::asio::awaitable<error_info> write_all(protocol::buffer& output);
  /// Waits for an outcome of something that cannot be cancelled.
  boost::asio::awaitable<error_info> wait(std::shared_ptr<one_shot> outcome);

  stream& current() noexcept { return *stream_; }
  std::unique_ptr<stream> take() noexcept { return std::move(stream_); }
  const dial_settings& settings() const noexcept { return settings_; }
  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

  /// An error of this attempt: host and stage are filled in.
  error_info failure(boost::system::error_code code, std::string message = {}) const;
  /// Named in errors until it is set again.
  void stage(const char* name) noexcept { stage_ = name; }

 private:
  boost::asio::awaitable<error_info> connect(const stream::endpoint_type& endpoint);
  boost::asio::awaitable<error_info> encrypt(encryption wanted);
  boost::asio::awaitable<error_info> ask_for_tls(encryption wanted, bool& agreed);
  boost::asio::awaitable<error_info> handshake();
  error_info configure_socket();
  error_info check_peer();
  /// What ended an await: the deadline, a cancellation, or the operation's own error.
  error_info outcome(boost::system::error_code code) const;

  boost::asio::any_io_executor executor_;
  dial_settings settings_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<stream> stream_;
  std::shared_ptr<one_shot> waiting_;
  const char* stage_ = "connect";
  bool expired_ = false;
};

}  // namespace pgcoro::detail
