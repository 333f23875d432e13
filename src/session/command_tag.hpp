// What the tag of a CommandComplete tells of the command (protocol documentation, "Message Formats").
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/protocol/bytes.hpp>

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

/// Of a command that is none of those below.
command_effects effects_of_rare(std::string_view tag) noexcept;

/// Up to eight characters as one number, as load_be reads them.
constexpr std::uint64_t as_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  for (const char c : text) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

/// Asked for each statement: the commands that there are many of are told by a glance at their name. What they have
/// done follows it.
inline command_effects effects_of(std::string_view tag) noexcept {
  if (tag.size() < sizeof(std::uint64_t)) return effects_of_rare(tag);
  switch (protocol::load_be<std::uint64_t>(protocol::as_bytes(tag).data()) >> 8) {
    case as_number("SELECT "): return {.undone_by_rollback = true, .selects = true};
    case as_number("INSERT "):
    case as_number("UPDATE "):
    case as_number("DELETE "): return {.undone_by_rollback = true};
    default: return effects_of_rare(tag);
  }
}

}  // namespace pgcoro::detail
