#include <pgcoro/detail/raw_copy.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/server_version.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {

request* submit_copy(connection_core& core, operation& owner, std::string_view sql, copy_peer& peer, row_sink& sink,
                     copy_row_source* feed) {
  core.traced(owner, sql);
  session& s = core.protocol_session();
  request* const r = s.acquire();
  r->what = request::kind::script;
  r->single.sql = sql;
  r->single.mode = statement_mode::simple;
  r->single.sink = &sink;
  r->single.copy = &peer;
  r->single.feed = feed;
  r->steps = {&r->single, 1};
  r->owner = &owner;
  s.submit(r);
  return r;
}

error_info unmet(connection_core& core, const server_need& need) {
  const parameter_map& parameters = core.protocol_session().parameters();
  const auto reported = parameters.find("server_version");
  const int version = reported == parameters.end() ? 0 : major_version(reported->second);
  if (version == 0 || version >= need.version) return {};
  return too_old("COPY", need.option, need.version, version);
}

error_info outcome_of_copy(request& r, bool begun, copy_direction expected, std::string_view sql) {
  error_info failed = take_outcome(r);
  if (failed || begun) return failed;
  const char* what = expected == copy_direction::in    ? "the statement is no COPY FROM STDIN"
                     : expected == copy_direction::out ? "the statement is no COPY TO STDOUT"
                                                       : "the statement begins no replication";
  return statement_error(errc::copy_not_allowed, what, sql);
}

boost::asio::awaitable<void> raw_copy::wait(until what) {
  flow_wait w(*this, what);
  co_await w.done();
  w.throw_if_failed();
}

void raw_copy::append(protocol::bytes_view data) {
  const errc failed = protocol::write(staging_, protocol::copy_data{.data = data});
  if (failed != errc{}) throw_error(error_info(make_error_code(failed), "the data cannot be sent"));
}

request* raw_copy::open(error_info& why) {
  why = unmet(core(), need_);
  return why ? nullptr : submit_copy(core(), *this, sql_, *this, sink_);
}

error_info raw_copy::completed(request& r) {
  error_info failed = outcome_of_copy(r, begun_, expected_, sql_);
  if (failed) chunks_.clear();  // the receive buffer goes on without them
  return failed;
}

bool raw_copy::begin(copy_direction direction, protocol::format overall, std::size_t columns) {
  if (direction != expected_ || begun_) return false;
  begun_ = true;
  format_ = overall;
  columns_ = columns;
  return true;
}

copy_peer::verdict raw_copy::data(protocol::bytes_view bytes) {
  chunks_.push_back(bytes);
  return copy_peer::verdict::ok;
}

/// A server that has ended its side of a replication stream waits for the client to do likewise. What follows must not
/// end the request while data are in the receive buffer that nobody has taken.
copy_peer::verdict raw_copy::done() {
  finished_ = true;
  return chunks_.empty() ? copy_peer::verdict::ok : copy_peer::verdict::enough;
}

}  // namespace pgcoro::detail
