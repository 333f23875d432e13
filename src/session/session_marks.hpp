// What a session has done that the next one to use it would notice. A pool looks at it when a connection comes back.
#pragma once

#include <string_view>

namespace pgcoro::detail {

struct session_marks {
  /// A statement may have left behind what outlives its transaction: settings, LISTEN, temporary objects, prepared
  /// statements of the user's own, cursors WITH HOLD. Told by command tags, so that what functions do (advisory locks,
  /// set_config) is not seen; nor is it known whether a rollback has taken it back.
  bool state_left = false;
  /// A statement was refused with 25006, read_only_sql_transaction.
  bool refused_as_read_only = false;
};

/// Whether a command tells by its tag that it may leave state behind (protocol documentation, CommandComplete).
inline bool tag_tells_of_state(std::string_view tag) noexcept {
  switch (tag.empty() ? '\0' : tag.front()) {
    case 'S': return tag == "SET" || tag == "SET CONSTRAINTS";
    case 'L': return tag == "LISTEN" || tag == "LOAD";
    case 'P': return tag == "PREPARE";
    case 'C':  // nothing tells a temporary table from another
      return tag == "CREATE TABLE" || tag == "CREATE TABLE AS" || tag == "CREATE VIEW" || tag == "CREATE SEQUENCE" ||
             tag == "CREATE TYPE" || tag == "CREATE DOMAIN" || tag == "CREATE FUNCTION";
    case 'D': return tag == "DECLARE CURSOR" || tag == "DO";
    default: return false;
  }
}

}  // namespace pgcoro::detail
