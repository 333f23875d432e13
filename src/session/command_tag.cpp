#include "session/command_tag.hpp"

#include <algorithm>
#include <array>

namespace pgcoro::detail {
namespace {

struct named_effects {
  std::string_view tag;
  command_effects effects;
};

constexpr command_effects commits{.may_commit = true};
constexpr command_effects leaves{.leaves_state = true};
constexpr command_effects forgets{.forgets_statements = true};

/// Nothing tells a temporary table, view … from another.
constexpr std::array utilities{
    named_effects{"CALL", commits},
    named_effects{"COMMIT", commits},
    named_effects{"COMMIT PREPARED", commits},
    named_effects{"CREATE DOMAIN", leaves},
    named_effects{"CREATE FUNCTION", leaves},
    named_effects{"CREATE SEQUENCE", leaves},
    named_effects{"CREATE TABLE", leaves},
    named_effects{"CREATE TABLE AS", leaves},
    named_effects{"CREATE TYPE", leaves},
    named_effects{"CREATE VIEW", leaves},
    named_effects{"DEALLOCATE ALL", forgets},
    named_effects{"DECLARE CURSOR", leaves},
    named_effects{"DISCARD ALL", forgets},
    named_effects{"DO", {.may_commit = true, .leaves_state = true}},
    named_effects{"LISTEN", leaves},
    named_effects{"LOAD", leaves},
    named_effects{"PREPARE", leaves},
    named_effects{"PREPARE TRANSACTION", commits},
    named_effects{"ROLLBACK PREPARED", commits},
    named_effects{"SET", leaves},
    named_effects{"SET CONSTRAINTS", leaves},
};
static_assert(std::ranges::is_sorted(utilities, {}, &named_effects::tag));

}  // namespace

command_effects effects_of_rare(std::string_view tag) noexcept {
  if (tag.starts_with("MERGE ")) return {.undone_by_rollback = true};
  const auto* const found = std::ranges::lower_bound(utilities, tag, {}, &named_effects::tag);
  return found != utilities.end() && found->tag == tag ? found->effects : command_effects{};
}

}  // namespace pgcoro::detail
