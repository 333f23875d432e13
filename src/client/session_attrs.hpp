// target_session_attrs: whether a session is one of the wanted kind. Since PostgreSQL 14 the server says so unasked
// (ParameterStatus in_hot_standby and default_transaction_read_only); older ones are asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

#include "session/session.hpp"

namespace pgcoro::detail {

/// What a server says of itself and of the session.
struct session_kind {
  bool standby = false;
  bool read_only = false;

  /// As its ParameterStatus messages have it.
  static std::optional<session_kind> told(const parameter_map& parameters);
  /// The statement that asks for it, and its answer: one row of two columns.
  static constexpr std::string_view question =
      "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on'";

  bool meets(target_session_attrs wanted) const noexcept;
};

class session_attrs_check {
 public:
  session_attrs_check(const parameter_map& parameters, protocol::transaction_status status);
  ~session_attrs_check();

  bool known() const noexcept { return kind_.has_value(); }
  /// Asks; then bytes go out and come in until it is known.
  void begin();
  protocol::buffer& output() noexcept { return session_->output(); }
  error_info receive(protocol::buffer& input);

  bool meets(target_session_attrs wanted) const noexcept { return kind_ && kind_->meets(wanted); }
  /// "the server is read-only" and the like.
  std::string mismatch(target_session_attrs wanted) const;

 private:
  std::optional<session_kind> kind_;
  std::unique_ptr<session> session_;
  struct answer;
  std::unique_ptr<answer> answer_;
};

}  // namespace pgcoro::detail
