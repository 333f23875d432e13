// target_session_attrs: whether a session is one of the wanted kind. Since PostgreSQL 14 the server says so unasked
// (ParameterStatus in_hot_standby and default_transaction_read_only); older ones are asked.
#pragma once

#include <string>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

#include "session/session.hpp"

namespace pgcoro::detail {

class session_attrs_check {
 public:
  session_attrs_check(const parameter_map& parameters, protocol::transaction_status status);
  ~session_attrs_check();

  bool known() const noexcept { return known_; }
  /// Asks; then bytes go out and come in until it is known.
  void begin();
  protocol::buffer& output() noexcept { return session_->output(); }
  error_info receive(protocol::buffer& input);

  bool meets(target_session_attrs wanted) const noexcept;
  /// "the server is read-only" and the like.
  std::string mismatch(target_session_attrs wanted) const;

 private:
  bool known_ = false;
  bool standby_ = false;
  bool read_only_ = false;
  std::unique_ptr<session> session_;
  struct answer;
  std::unique_ptr<answer> answer_;
};

}  // namespace pgcoro::detail
