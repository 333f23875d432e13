// What a tracer is told of a connection's operations and transactions.
#include <pgcoro/tracer.hpp>

#include "client/connection_core.hpp"

namespace pgcoro::detail {
namespace {

/// The server's own words for what is neither a query nor part of one.
activity activity_of(std::string_view sql) noexcept {
  if (sql.starts_with("LISTEN ") || sql.starts_with("UNLISTEN ")) return activity::listen;
  if (sql.starts_with("COPY ") || sql.starts_with("copy ")) return activity::copy;
  return activity::query;
}

}  // namespace

span_start connection_core::span_of(activity what, std::string_view statement) const noexcept {
  return {.what = what, .statement = statement, .host = traced_host_, .database = settings().dbname};
}

void connection_core::trace(operation& op, std::string_view statement) {
  if (op.span_ == 0) op.span_ = tracer_->begin(span_of(activity_of(statement), statement));
}

void connection_core::trace_pipeline(operation& op) {
  if (op.span_ == 0) op.span_ = tracer_->begin(span_of(activity::pipeline, {}));
}

void connection_core::end_span(operation& op, const error_info& outcome) noexcept {
  tracer_->end(std::exchange(op.span_, 0), {.error = outcome ? &outcome : nullptr});
}

void connection_core::transaction_begins() { transaction_span_.begin(tracer_, span_of(activity::transaction, {})); }

/// Where none is open any more.
void connection_core::transaction_may_have_ended(const error_info& outcome) noexcept {
  if (transaction_span_ && (session_.failed() || session_.open_transaction_block() == 0))
    transaction_span_.end(session_.failed() ? session_.failure() : outcome);
}

}  // namespace pgcoro::detail
