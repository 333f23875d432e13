#include <boost/asio/dispatch.hpp>

#include <pgcoro/detail/flow.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"

namespace pgcoro::detail {

void flow::wait(flow_wait& w) {
  switch (w.what_) {
    case until::open: reader_ = &w; return wait_for_open();
    case until::data: reader_ = &w; return wait_for_data();
    case until::drained:
    case until::end: break;
  }
  writer_ = &w;
  if (!request_) return end_wait(writer_, failure_);
  push_out();
}

void flow::wait_for_open() {
  error_info why = core().begin_flow(*this);
  if (why) return end_wait(reader_, std::move(why));
  request_ = open(why);
  if (!request_) end(std::move(why));
}

void flow::wait_for_data() {
  if (std::exchange(handed_over_, false)) next_batch();
  if (has_data() || !request_) return end_reader();
  core().resume_receiving();  // which may end the wait
}

/// Hands over what there is. Until the next wait the session leaves it alone.
void flow::end_reader() {
  handed_over_ = has_data();
  if (handed_over_ && request_ && request_->now != request::state::completed) core().protocol_session().pause();
  end_wait(reader_, handed_over_ ? error_info() : failure_);
}

void flow::received() {
  if (!request_ || request_->now == request::state::completed) return;  // then complete() follows
  if (request_->error && !request_->server_failed) {  // what came cannot be used, and the rest is not worth waiting for
    error_info why = request_->error;
    return end(std::move(why));
  }
  if (request_->feeding && gives_end()) post();
  if (reader_ && reader_->what_ == until::open) {
    if (is_open()) end_wait(reader_, {});
  } else if (reader_ && has_data()) {
    return end_reader();
  }
  if (refers_to_input() && has_data()) core().protocol_session().pause();
}

void flow::written() {
  if (request_ && (writer_ || posted_)) push_out();
}

void flow::post() {
  posted_ = true;
  if (request_) push_out();
}

/// What was given goes to the output once that is empty, so that memory changes hands and nothing is copied.
void flow::push_out() {
  session& s = core().protocol_session();
  if (protocol::buffer* const given = outgoing(); given && request_->feeding && s.output().empty()) {
    if (!given->empty()) s.write_copy_data(*request_, *given);
    posted_ = false;
    if (gives_end()) s.end_copy(*request_);
    core().flush();
  }
  if (writer_ && writer_->what_ == until::drained && s.output().empty()) end_wait(writer_, {});
}

bool flow::complete(request& r) {
  request_ = nullptr;
  core().end_flow(*this);
  end(completed(r));
  return false;
}

error_info flow::completed(request& r) { return take_outcome(r); }

/// Nothing more comes, and nothing more is taken.
void flow::end(error_info why) {
  core().ended(*this, why);
  release();
  ended_ = true;
  failure_ = std::move(why);
  if (reader_ && reader_->what_ == until::open)  // what came before the failure comes before it here, too
    end_wait(reader_, has_data() && !refers_to_input() ? error_info() : failure_);
  else if (reader_)
    end_reader();
  if (writer_) end_wait(writer_, failure_);
  kept_.reset();
}

void flow::give_up(error_info why) {
  if (handed_over_ && refers_to_input()) core().lose(why);  // a drained reply would go where the batch is
  end(std::move(why));
}

/// What is left of the reply is drained.
void flow::release() {
  core().end_flow(*this);
  if (!request_) return;
  core().protocol_session().abandon(std::exchange(request_, nullptr));
  core().drain();
}

void flow::forget(const flow_wait& w) noexcept {
  if (reader_ == &w) reader_ = nullptr;
  if (writer_ == &w) writer_ = nullptr;
}

void flow::end_wait(flow_wait*& w, error_info outcome) {
  core().finish(*std::exchange(w, nullptr), std::move(outcome));
}

void flow::drop(std::shared_ptr<flow> dropped) noexcept {
  if (!dropped->connection()) return;
  const boost::asio::any_io_executor executor = dropped->core().executor();
  boost::asio::dispatch(executor, [dropped = std::move(dropped)] {
    if (!dropped->ended_)
      dropped->end(dropped->core().lost(errc::connection_closed, "the stream was given up by its owner"));
  });
}

}  // namespace pgcoro::detail
