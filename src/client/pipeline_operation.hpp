// Runs the statements of a pipeline: one request for all, or one for each.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <vector>

#include <pgcoro/detail/operation.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/statement_mode.hpp>

#include "session/request.hpp"

namespace pgcoro::detail {

class pipeline_operation final : public operation {
 public:
  pipeline_operation(std::shared_ptr<connection_core> core, pipeline& statements, const query_options& options) noexcept
      : operation(std::move(core), options.timeout), statements_(statements), mode_(options.mode) {}

  /// After it is over: hands its error to the statements that have none of their own, and no value either.
  void settle();

 private:
  void submit() override;
  bool complete(request& r) override;
  bool has_begun() const override { return independent_ && left_ < statements_.size(); }

  void submit_atomic();
  void submit_independent();
  bool complete_atomic(request& r);
  pipeline_entry& entry_of(const request& r) const;
  error_info unfit(const pipeline_entry& entry) const;

  pipeline& statements_;
  std::optional<statement_mode> mode_;
  std::size_t left_ = 0;
  bool independent_ = false;          // a request for each
  pipeline_entry* oldest_ = nullptr;  // independent: the first without an outcome
};

/// What `run` of a connection and of a transaction does. The pipeline outlives the operation.
boost::asio::awaitable<void> run_pipeline(std::shared_ptr<connection_core> core, pipeline& statements,
                                          query_options options);

}  // namespace pgcoro::detail
