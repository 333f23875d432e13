#include <algorithm>
#include <atomic>
#include <boost/asio/dispatch.hpp>

#include <pgcoro/cursor.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

std::string new_portal_name() {
  static std::atomic<std::uint64_t> names{0};
  return "pgcoro_" + std::to_string(1 + names.fetch_add(1, std::memory_order_relaxed));
}

}  // namespace

portal::portal(std::shared_ptr<connection_core> core, query_text text, arguments parameters,
               const stream_options& options)
    : core_(std::move(core)),
      text_(kept_text(std::move(text))),
      parameters_(std::move(parameters)),
      name_(new_portal_name()),
      options_(options) {
  options_.rows = std::max(options.rows, 1);
}

portal::~portal() {
  if (!bound_ || at_end_) return;
  boost::asio::dispatch(core_->executor(), [core = core_, name = std::move(name_)]() mutable {
    core->protocol_session().close_portal(std::move(name));
  });
}

void portal_fetch::submit() {
  if (from_.at_end_) return core().finish(*this, {});
  if (error_info refused = unfit(core(), from_.text_, from_.options_.mode, from_.parameters_.size()))
    return core().finish(*this, std::move(refused));
  core().traced(*this, from_.text_.text());
  session& s = core().protocol_session();
  request* const r = s.acquire();
  step& one = r->single;
  fill_step(one, core(), from_.text_, from_.options_.mode, &from_.parameters_, sink_);
  // A portal needs a statement that was described, and the extended protocol.
  if (one.mode != statement_mode::cached) one.mode = statement_mode::describe_each;
  one.portal = from_.name_;
  one.max_rows = from_.options_.rows;
  one.goes_on = from_.bound_;
  if (one.goes_on) one.layout = &from_.layout_;
  r->steps = {&one, 1};
  r->owner = static_cast<operation*>(this);
  from_.bound_ = true;
  s.submit(r);
}

bool portal_fetch::complete(request& r) {
  if (r.single.layout) from_.layout_ = *r.single.layout;
  from_.at_end_ = !r.single.suspended;
  error = take_outcome(r);
  if (!error && !from_.at_end_ && core().protocol_session().status() == protocol::transaction_status::idle) {
    from_.at_end_ = true;
    error = statement_error(errc::transaction_misused,
                            "a cursor needs a transaction: outside of one the server closes it", from_.text_.text());
  }
  return true;
}

void portal_fetch::aborted() { from_.at_end_ = true; }

}  // namespace pgcoro::detail
