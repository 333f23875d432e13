#include "unit/session/scenarios.hpp"

#include <pgcoro/protocol/startup.hpp>

namespace pgcoro::detail::test {
namespace {

using mode = statement_mode;

server_reply one_row() { return server_reply().bound().row({"1"}).complete("SELECT 1").ready(); }

std::vector<scenario> make_scenarios() {
  return {
      {"refused_once_described",
       [](dialogue& d) { d.query("A"); },
       server_reply().describe({"a"}, {23}).ready(),
       {"parameter_count_mismatch"}},
      {"cached_new",
       [](dialogue& d) { d.query("A"); },
       server_reply().describe({"a", "b"}).bound().row({"1", std::nullopt}).row({"2", ""}).complete("SELECT 2").ready(),
       {"columns(a,b) row(1,NULL) row(2,) SELECT 2"}},
      {"cached_known", [](dialogue& d) { d.know("A"), d.query("A"); }, one_row(), {"columns(a) row(1) SELECT 1"}, 1},
      {"without_rows",
       [](dialogue& d) { d.query("A"); },
       server_reply().describe({}).bound().complete("CREATE TABLE").ready(),
       {"CREATE TABLE"}},
      {"empty_statement",
       [](dialogue& d) { d.query(""); },
       server_reply().describe({}).bound().empty().ready(),
       {"(empty)"}},
      {"described_each_time",
       [](dialogue& d) { d.query("A", mode::describe_each); },
       server_reply().describe({"a"}).then(one_row()),
       {"columns(a) row(1) SELECT 1"}},
      {"unnamed",
       [](dialogue& d) { d.query("A", mode::unnamed); },
       server_reply().parsed().bound().columns({"a"}).row({"1"}).complete("SELECT 1").ready(),
       {"columns(a) row(1) SELECT 1"}},
      {"pipeline",
       [](dialogue& d) {
         d.pipeline(statement_text{"A"}, statement_text{.sql = "B", .mode = mode::unnamed}, statement_text{"C"});
       },
       server_reply()
           .describe({"a"})
           .describe({})
           .bound()
           .row({"1"})
           .complete("SELECT 1")
           .parsed()
           .bound()
           .no_data()
           .complete("B")
           .bound()
           .complete("C")
           .ready(),
       {"columns(a) row(1) SELECT 1 | B | C"}},
      {"script",
       [](dialogue& d) { d.script("A; B; C"); },
       server_reply()
           .columns({"a"})
           .row({"1"})
           .row({"2"})
           .complete("SELECT 2")
           .complete("B")
           .columns({"c"})
           .complete("SELECT 0")
           .ready(),
       {"columns(a) row(1) row(2) SELECT 2 B columns(c) SELECT 0"},
       0,
       [](std::size_t) { return true; }},
      {"prepare", [](dialogue& d) { d.prepare("A"); }, server_reply().describe({"a"}, {23, 25}).ready(), {""}},
      {"sync", [](dialogue& d) { d.sync(); }, server_reply().ready(), {"ok"}},
      {"many_rows",
       [](dialogue& d) { d.many("A", 3); },
       server_reply()
           .describe({})
           .bound()
           .complete("INSERT 0 1")
           .bound()
           .complete("INSERT 0 1")
           .bound()
           .complete("INSERT 0 1")
           .ready(),
       {"INSERT 0 1 INSERT 0 1 INSERT 0 1"}},
      {"many_rows_returning",
       [](dialogue& d) { d.many("A", 2); },
       server_reply()
           .describe({"a"})
           .bound()
           .row({"1"})
           .complete("INSERT 0 1")
           .bound()
           .row({"2"})
           .complete("INSERT 0 1")
           .ready(),
       {"columns(a) row(1) INSERT 0 1 row(2) INSERT 0 1"}},
      {"closes_in_front",
       [](dialogue& d) {
         d.query("A", mode::unnamed);
         prepared_statement old("OLD");
         old.name = "old";
         d.session.close_statement(old);
         d.script("B");
         d.query("C", mode::unnamed);
       },
       server_reply()
           .parsed()
           .bound()
           .no_data()
           .complete("A")
           .ready()
           .closed()
           .complete("B")
           .ready()
           .parsed()
           .bound()
           .no_data()
           .complete("C")
           .ready(),
       {"A", "B", "C"},
       0,
       [](std::size_t m) { return m == 6 || m == 7; }},
      {"one_after_the_other",
       [](dialogue& d) { d.query("A", mode::unnamed), d.script("B"), d.sync(), d.query("C"); },
       server_reply()
           .parsed()
           .bound()
           .columns({"a"})
           .row({"1"})
           .complete("SELECT 1")
           .ready()
           .complete("B")
           .ready()
           .ready()
           .describe({"c"})
           .then(one_row()),
       {"columns(a) row(1) SELECT 1", "B", "ok", "columns(c) row(1) SELECT 1"},
       0,
       [](std::size_t m) { return m == 6 || m == 7; }},
  };
}

}  // namespace

const std::vector<scenario>& scenarios() {
  static const std::vector<scenario> all = make_scenarios();
  return all;
}

std::vector<std::string> outcomes_of(dialogue& d, const scenario& s) {
  std::vector<std::string> all;
  for (std::size_t i = s.skip; i < d.calls().size(); ++i) all.push_back(d.calls()[i].outcome());
  return all;
}

std::string allowed_instead_of(const scenario& s, std::size_t message) {
  const char type = s.answer.messages()[message][0];
  // A script has no stages of its own: after each of its statements the next one may begin, or the end may come.
  if (s.in_script && s.in_script(message)) return "TDCIHGZ";
  switch (type) {
    case 'T':
    case 'n': return "Tn";
    case 'D':
    case 'C':
    case 'I': return "DCIHG";
    default: return std::string(1, type);
  }
}

const std::vector<std::string>& one_message_of_each_type() {
  static const std::vector<std::string> all =
      server_reply()
          .add(protocol::authentication{})
          .add(protocol::backend_key_data{.process_id = 1, .key = protocol::as_bytes("abcd")})
          .bound()
          .closed()
          .complete("SELECT 1")
          .add(protocol::copy_both_response{})
          .copy_data("x")
          .copy_done()
          .copy_in()
          .copy_out()
          .row({"1"})
          .empty()
          .raw('V', std::string_view("\xff\xff\xff\xff", 4))
          .add(protocol::negotiate_protocol_version{.version = protocol::protocol_3_0})
          .no_data()
          .parameters()
          .parsed()
          .raw('s')
          .ready()
          .columns({"a"})
          .raw('~')
          .messages();
  return all;
}

}  // namespace pgcoro::detail::test
