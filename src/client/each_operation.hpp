// execute_each: rows in groups, and those of a group that fails one by one.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <pgcoro/detail/execute_each.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro::detail {

/// Sends groups of rows, each under one Sync; a group that fails is undone by that, and sent again row by row, each
/// with its own. So rows that succeed cost little, and those that fail cost no others.
class each_operation final : public operation {
 public:
  /// `text` and `rows` must live until it is over.
  each_operation(std::shared_ptr<connection_core> core, const query_text& text, row_groups& rows,
                 const query_options& options) noexcept
      : operation(std::move(core), options.timeout), text_(text), rows_(rows), mode_(options.mode) {}

  /// What the range has thrown goes before what became of the statement.
  void throw_if_failed() const {
    if (thrown_) [[unlikely]]
      std::rethrow_exception(thrown_);
    operation::throw_if_failed();
  }
  many_report take() noexcept { return std::move(report_); }

 private:
  struct single {
    std::shared_ptr<parameter_source> source;
    execute_sink sink;
  };

  void submit() override;
  bool complete(request& r) override;
  bool has_begun() const override { return report_.succeeded > 0 || !report_.failures.empty(); }

  bool next_group();
  void send_group();
  bool group_done(request& r);
  bool send_singles();
  bool single_done(request& r);
  bool go_on();
  template <class F>
  bool through_range(F f);

  const query_text& text_;
  row_groups& rows_;
  std::optional<statement_mode> mode_;
  many_report report_;
  parameter_source* group_ = nullptr;
  execute_sink sink_;
  std::deque<single> singles_;  // of a group that failed: those that are not answered
  std::uint64_t row_ = 0;       // the first that is not answered
  std::exception_ptr thrown_;   // by the range: nothing is sent any more
};

}  // namespace pgcoro::detail
