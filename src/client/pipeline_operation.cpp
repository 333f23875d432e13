#include "client/pipeline_operation.hpp"

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/statement_error.hpp"

namespace pgcoro {

pipeline::pipeline(pipeline&& other) noexcept
    : memory_(std::move(other.memory_)),
      first_(std::exchange(other.first_, nullptr)),
      last_(std::exchange(other.last_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mode_(other.mode_) {}

pipeline& pipeline::operator=(pipeline&& other) noexcept {
  if (this == &other) return *this;
  clear();
  memory_ = std::move(other.memory_);
  first_ = std::exchange(other.first_, nullptr);
  last_ = std::exchange(other.last_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mode_ = other.mode_;
  return *this;
}

void pipeline::clear() noexcept {
  while (detail::pipeline_entry* entry = first_) {
    first_ = entry->next_;
    entry->destroy();
  }
  last_ = nullptr;
  size_ = 0;
  memory_.clear();
}

void pipeline::append(detail::pipeline_entry* entry) noexcept {
  (last_ ? last_->next_ : first_) = entry;
  last_ = entry;
  ++size_;
}

namespace detail {

void pipeline_entry::require_outcome() const {
  if (error) throw_error(error);
  if (!ended_) throw_error(error_info(make_error_code(errc::not_available), "the pipeline has not run"));
}

void pipeline_operation::submit() {
  core().traced_pipeline(*this);
  for (pipeline_entry* e = statements_.first_; e; e = e->next_) {
    e->error = {};
    e->ended_ = false;
    e->sink().restart();
    if (error_info refused = unfit(*e)) return core().finish(*this, std::move(refused));
  }
  if (statements_.size() > 0 && statements_.mode_ == pipeline::independent)
    submit_independent();
  else
    submit_atomic();
}

error_info pipeline_operation::unfit(const pipeline_entry& entry) const {
  if (error_info refused = detail::unfit(core(), entry.text_, statement_mode::cached, entry.parameters_.size()))
    return refused;
  if (entry.text_.prepared() || mode_.value_or(core().settings().statement_mode) != statement_mode::simple) return {};
  return statement_error(errc::parameters_not_allowed, "a pipeline needs the extended protocol", entry.text_.text(),
                         true);
}

void pipeline_operation::submit_atomic() {
  left_ = 1;
  request* r = core().protocol_session().acquire();
  r->many.resize(statements_.size());
  step* s = r->many.data();
  for (pipeline_entry* e = statements_.first_; e; e = e->next_)
    fill_step(*s++, core(), e->text_, mode_, &e->parameters_, e->sink());
  r->steps = r->many;
  r->owner = this;
  core().protocol_session().submit(r);
}

void pipeline_operation::submit_independent() {
  left_ = statements_.size();
  independent_ = true;
  oldest_ = statements_.first_;
  for (pipeline_entry* e = statements_.first_; e; e = e->next_)
    submit_step(core(), *this, e->text_, mode_, &e->parameters_, nullptr, e->sink());
}

bool pipeline_operation::complete(request& r) {
  if (!independent_) return complete_atomic(r);
  pipeline_entry& entry = entry_of(r);
  entry.error = take_outcome(r);
  entry.ended_ = true;
  while (oldest_ && oldest_->ended_) oldest_ = oldest_->next_;
  return --left_ == 0;
}

/// Mostly the oldest; but one whose plan was stale comes behind those that were sent after it.
pipeline_entry& pipeline_operation::entry_of(const request& r) const {
  pipeline_entry* e = oldest_;
  while (&e->sink() != r.single.sink) e = e->next_;
  return *e;
}

bool pipeline_operation::complete_atomic(request& r) {
  error = std::move(r.error);
  pipeline_entry* e = statements_.first_;
  for (step& s : r.steps) {
    e->error = s.error ? std::move(s.error) : error;
    e->ended_ = true;
    e = e->next_;
  }
  return true;
}

void pipeline_operation::settle() {
  if (!error) return;
  for (pipeline_entry* e = statements_.first_; e; e = e->next_)
    if (!e->ended_) e->error = error;
}

boost::asio::awaitable<void> run_pipeline(std::shared_ptr<connection_core> core, pipeline& statements,
                                          query_options options) {
  pipeline_operation op(std::move(core), statements, options);
  co_await op.done();
  op.settle();
  op.throw_if_failed();
}

}  // namespace detail
}  // namespace pgcoro
