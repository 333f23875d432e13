// What a session has done that the next one to use it would notice. A pool looks at it when a connection comes back.
#pragma once

namespace pgcoro::detail {

struct session_marks {
  /// A statement may have left behind what outlives its transaction: command_effects::leaves_state. It is not known
  /// whether a rollback has taken it back.
  bool state_left = false;
  /// The server may have become one of another kind (target_session_attrs): a statement was refused with 25006,
  /// read_only_sql_transaction, or in_hot_standby or default_transaction_read_only was reported anew.
  bool kind_in_doubt = false;
};

}  // namespace pgcoro::detail
