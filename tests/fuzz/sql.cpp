// Arbitrary text and pieces of text through sql(): nothing in quotes, dollar quotes or comments is ever replaced, and
// what was composed means one thing only.
#include <algorithm>
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>
#include <vector>

#include <pgcoro/sql.hpp>
#include <pgcoro/types/basic.hpp>

#include "sql/sql_scanner.hpp"

namespace {

using namespace pgcoro;
using detail::sql_mark;
using detail::sql_scanner;
using kind = sql_mark::kind;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<sql_mark> marks_in(std::string_view text) {
  std::vector<sql_mark> found;
  sql_scanner scanner(text);
  std::size_t at = 0;
  for (;;) {
    const sql_mark m = scanner.next();
    require(at <= m.begin && m.begin <= m.end && m.end <= text.size());
    if (m.what == kind::end) return found;
    require(m.begin < m.end);
    found.push_back(m);
    at = m.end;
  }
}

std::string doubling(const std::string& text, std::string_view doubled) {
  std::string made;
  for (const char c : text) {
    if (doubled.find(c) != std::string_view::npos) made.push_back(c);
    made.push_back(c);
  }
  return made;
}

std::string without(std::string text, std::string_view cut) {
  for (auto at = text.find(cut); at != std::string::npos; at = text.find(cut)) text.erase(at, 1);
  return text;
}

/// Anything, where it cannot end what it stands in.
std::string protected_piece(FuzzedDataProvider& in, const std::string& text) {
  switch (in.ConsumeIntegralInRange(0, 6)) {
    case 0: return "'" + doubling(text, "'") + "'";
    case 1: return "E'" + doubling(text, "'\\") + "'";
    case 2: return "E'x'\n'" + doubling(text, "'\\") + "'";
    case 3: return "\"" + doubling(text, "\"") + "\"";
    case 4: return "$q$" + without(without(text, "$"), "$q$") + "$q$";
    case 5: return "--" + without(without(text, "\n"), "\r") + "\n";
    default: return "/*" + without(without(text, "*/"), "/*") + " */";
  }
}

void never_replaces_what_is_protected(FuzzedDataProvider& in) {
  std::string text;
  std::size_t names = 0;
  while (in.remaining_bytes() > 0 && text.size() < 5000) {
    text += protected_piece(in, in.ConsumeRandomLengthString(40)) + " :name ";
    ++names;
  }
  const std::vector<sql_mark> found = marks_in(text);
  require(found.size() == names);
  for (const sql_mark& m : found) require(text.substr(m.begin, m.end - m.begin) == ":name");
}

/// The server knows no names: what looks like one again, once a blank stands in front of it, is a colon and a word.
std::vector<sql_mark> marks_of_server(std::string text) {
  std::ranges::replace(text, ':', '=');
  return marks_in(text);
}

/// Whatever the text is, what stands in the places of names is what the server takes for parameters.
void composes_what_the_server_reads(const std::string& text) {
  composed_sql made;
  try {
    made = sql(unsafe_sql(text), arg("a", 1));
  } catch (const error& e) {
    require(e.code() == errc::invalid_composition);
    return;
  }
  std::size_t parameters = 0;
  for (const sql_mark& m : marks_of_server(std::string(made.text()))) {
    if (m.what != kind::number) continue;
    require(made.text().substr(m.begin, m.end - m.begin) == "$1");
    ++parameters;
  }
  require(parameters == made.made()->places.size() && parameters > 0);
}

/// A part cannot reach beyond its place, nor can a literal or an identifier.
void keeps_parts_apart(FuzzedDataProvider& in) {
  const std::string before = in.ConsumeRandomLengthString(60);
  const std::string part = in.ConsumeRandomLengthString(60);
  const std::string value = in.ConsumeRandomLengthString(60);
  try {
    const composed_sql text = sql(unsafe_sql(before));
    const composed_sql inner = sql(unsafe_sql(part));
    const literal constant(value);
    const composed_sql whole = sql("{} {} {} {}", text, constant, inner, 7);
    if (whole.made()->needs_standard_strings) return;
    const std::vector<sql_mark> found = marks_in(whole.text());
    require(!found.empty() && found.back().what == kind::number && found.back().end == whole.text().size());
    require(whole.text().find(constant.text()) != std::string_view::npos);
  } catch (const error& e) {
    require(e.code() == errc::invalid_composition);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider in(data, size);
  switch (in.ConsumeIntegralInRange(0, 2)) {
    case 0: never_replaces_what_is_protected(in); break;
    case 1: composes_what_the_server_reads(in.ConsumeRemainingBytesAsString()); break;
    default: keeps_parts_apart(in);
  }
  return 0;
}
