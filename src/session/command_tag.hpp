// What the tag of a CommandComplete tells of the command (protocol documentation, "Message Formats").
#pragma once

#include <cstring>
#include <string_view>

namespace pgcoro::detail {

struct command_effects {
  bool undone_by_rollback = false;  ///< its effects go when a later statement of the same Sync fails
  bool selects = false;             ///< SELECT, and CREATE TABLE AS, which has no columns
  bool may_commit = false;          ///< it has committed, or may have: a procedure and a DO block can, in their midst
  /// It may have left behind what outlives its transaction: settings, LISTEN, temporary objects, prepared statements of
  /// the user's own, cursors WITH HOLD. What functions do (advisory locks, set_config) no tag tells.
  bool leaves_state = false;
  bool forgets_statements = false;  ///< DISCARD ALL, DEALLOCATE ALL: what the session had prepared is gone
};

/// Of a command that does not read or write rows.
command_effects effects_of_utility(std::string_view tag) noexcept;

/// Asked for each statement: the commands that there are many of are told by a glance.
inline command_effects effects_of(std::string_view tag) noexcept {
  const auto begins_with = [&](std::string_view start) {
    return tag.size() >= start.size() && std::memcmp(tag.data(), start.data(), start.size()) == 0;
  };
  switch (tag.empty() ? '\0' : tag.front()) {
    case 'S':
      if (begins_with("SELECT ")) return {.undone_by_rollback = true, .selects = true};
      break;
    case 'I':
      if (begins_with("INSERT ")) return {.undone_by_rollback = true};
      break;
    case 'U':
      if (begins_with("UPDATE ")) return {.undone_by_rollback = true};
      break;
    case 'D':
      if (begins_with("DELETE ")) return {.undone_by_rollback = true};
      break;
    case 'M':
      if (begins_with("MERGE ")) return {.undone_by_rollback = true};
      break;
    default: break;
  }
  return effects_of_utility(tag);
}

}  // namespace pgcoro::detail
