#include "session/retry_knowledge.hpp"

#include <algorithm>
#include <cctype>

namespace pgcoro::detail {
namespace {

bool is_word_character(char c) noexcept { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

bool equals_ignoring_case(std::string_view text, std::string_view upper) noexcept {
  return std::ranges::equal(
      text, upper, {}, [](char c) { return std::toupper(static_cast<unsigned char>(c)); },
      [](char c) { return static_cast<int>(c); });
}

/// Whether CALL or DO stands anywhere in the text. More than the statements that begin with them: comments may come
/// before, and other statements. To find one too many costs a retry, one too few could run something twice.
bool names_a_procedure(std::string_view sql) noexcept {
  for (std::size_t i = 0; i < sql.size();) {
    std::size_t end = i;
    while (end < sql.size() && is_word_character(sql[end])) ++end;
    const std::string_view word = sql.substr(i, end - i);
    if (equals_ignoring_case(word, "CALL") || equals_ignoring_case(word, "DO")) return true;
    i = end == i ? i + 1 : end;
  }
  return false;
}

}  // namespace

bool nothing_has_run(const request& r, bool opening) noexcept {
  if (opening) return true;
  if (r.abandoned || r.current > 0 || r.answered > 0) return false;
  if (r.what != request::kind::statements && r.what != request::kind::prepare) return false;
  switch (r.expected) {
    case request::stage::parse_complete:
    case request::stage::parameter_description:
    case request::stage::row_description:
    case request::stage::bind_complete:
    case request::stage::portal_description:
    case request::stage::types: return true;
    default: return false;
  }
}

bool may_have_committed(const request& r) {
  if (r.committed || r.ran_for_good) return true;
  if (r.what == request::kind::prepare || r.current >= r.steps.size()) return false;
  const step& s = r.steps[r.current];
  return names_a_procedure(s.statement ? std::string_view(s.statement->sql) : s.sql);
}

error_info not_safe_to_retry(const error_info& info) {
  error_details details = info.details();
  details.safe_to_retry = false;
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
