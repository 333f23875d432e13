// Whole conversations, one for each kind of request, that tests replay in every way a network or a server may deliver
// them.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "unit/session/dialogue.hpp"

namespace pgcoro::detail::test {

struct scenario {
  std::string name;
  std::function<void(dialogue&)> ask;               ///< starts the requests, all at once
  server_reply answer;                              ///< to all of them
  std::vector<std::string> outcomes;                ///< of each call, in order
  std::size_t skip = 0;                             ///< calls that `ask` has already seen answered
  std::function<bool(std::size_t)> in_script = {};  ///< whether that message of the answer is a script's

  friend std::ostream& operator<<(std::ostream& out, const scenario& s) { return out << s.name; }
};

const std::vector<scenario>& scenarios();

/// What every call of the scenario has come to.
std::vector<std::string> outcomes_of(dialogue& d, const scenario& s);

/// The messages that the protocol allows in the place of the one with this type, beside those that may come anywhere:
/// NoticeResponse, ParameterStatus, NotificationResponse and ErrorResponse.
std::string allowed_instead_of(const scenario& s, std::size_t message);

/// One well-formed message of every type that a server has.
const std::vector<std::string>& one_message_of_each_type();

}  // namespace pgcoro::detail::test
