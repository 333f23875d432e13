// Opens a session: every host, every address, as the options ask, until one will do.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include "client/established.hpp"
#include "options/connect_settings.hpp"

namespace pgcoro::detail {

class connector {
 public:
  connector(boost::asio::any_io_executor executor, std::shared_ptr<const connect_settings> settings);

  /// The first session that meets the options, or one error that lists every attempt.
  boost::asio::awaitable<expected<established>> connect();

 private:
  /// Whether a failed attempt ends the search, as a refused password does.
  struct attempt_result {
    error_info error;
    bool final = false;
  };

  boost::asio::awaitable<expected<established>> connect_to_any();
  error_info make_tls();
  boost::asio::awaitable<attempt_result> try_host(const host_entry& host, target_session_attrs wanted,
                                                  established& made);
  boost::asio::awaitable<attempt_result> try_address(dialer& attempt, const stream::endpoint_type& address,
                                                     target_session_attrs wanted, established& made);
  boost::asio::awaitable<error_info> open_session(dialer& attempt, encryption mode, established& made, bool& refused);
  boost::asio::awaitable<error_info> check_session_attrs(dialer& attempt, target_session_attrs wanted,
                                                         established& made);
  boost::asio::awaitable<error_info> derive_keys(dialer& attempt, startup& machine, startup_step& step,
                                                 protocol::buffer& output);
  error_info all_failed() const;

  boost::asio::any_io_executor executor_;
  std::shared_ptr<const connect_settings> settings_;
  std::shared_ptr<const tls_context> tls_;
  std::vector<error_info> failures_;
};

}  // namespace pgcoro::detail
