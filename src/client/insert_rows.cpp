#include <algorithm>
#include <charconv>
#include <utility>

#include <pgcoro/detail/copy_flow.hpp>
#include <pgcoro/detail/insert_plan.hpp>
#include <pgcoro/detail/insert_text.hpp>
#include <pgcoro/insert_rows.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/text.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"

namespace pgcoro::detail {
namespace asio = boost::asio;
namespace {

/// Sees to it that the server begins what was asked for.
class binary_copy_in final : public copy_peer {
 public:
  bool begun() const noexcept { return begun_; }

  bool begin(copy_direction direction, protocol::format overall, std::size_t) override {
    return begun_ = !begun_ && direction == copy_direction::in && overall == protocol::format::binary;
  }
  verdict data(protocol::bytes_view) override { return verdict::ok; }  // never comes
  verdict done() override { return verdict::ok; }
  error_info take_error() override { return {}; }

 private:
  bool begun_ = false;
};

/// A COPY whose data the session pulls: statements of others wait their turn behind it, where those beside a
/// copy_writer, which may stay open for long, are refused.
class fed_copy final : public operation {
 public:
  fed_copy(std::shared_ptr<connection_core> core, const std::string& sql, copy_row_source& feed, query_options options)
      : operation(std::move(core), options.timeout), sql_(sql), feed_(feed) {}

  std::uint64_t rows() { return sink_.take().rows_affected(); }

 private:
  void submit() override { submit_copy(core(), *this, sql_, peer_, sink_, &feed_); }
  bool complete(request& r) override {
    error = outcome_of_copy(r, peer_.begun(), copy_direction::in, sql_);
    return true;
  }

  const std::string& sql_;
  copy_row_source& feed_;
  binary_copy_in peer_;
  execute_sink sink_;
};

/// Those that the table has; fewer where it lacks one.
asio::awaitable<std::vector<insert_column>> ask_for_columns(std::shared_ptr<connection_core> core, const table& target,
                                                            query_options options) {
  const std::vector<std::string> names(target.columns().begin(), target.columns().end());
  return run_statement<collect_sink<insert_column>, take_all<insert_column>>(
      std::move(core), insert_columns_query(), arguments::owning(target.name().text(), names), options);
}

insert_plan plan_of_values(const table& target, std::size_t rows) {
  insert_plan plan;
  plan.text = insert_values_text(target, rows);
  plan.rows = rows;
  return plan;
}

insert_plan plan_of_unnest(const table& target, std::span<const insert_column> columns) {
  insert_plan plan;
  plan.method = insert_method::unnest;
  plan.text = insert_unnest_text(target, columns);
  plan.rows = 64;
  return plan;
}

/// Fails where one of the members has no binary form for its column.
error_info plan_of_copy(const table& target, const rows_to_insert& rows, std::shared_ptr<const row_description> columns,
                        insert_plan& plan) {
  plan.method = insert_method::copy;
  plan.text = insert_copy_text(target);
  plan.columns = std::move(columns);
  plan.writers.resize(rows.members.size());
  return plan_copy(rows.members, *plan.columns, protocol::format::binary, plan.writers);
}

bool copy_is_worth_a_look(std::span<const insert_column> columns, const rows_to_insert& rows,
                          const insert_options& options) {
  if (options.method != insert_method::automatic) return options.method == insert_method::copy;
  return rows.count >= options.copy_from && std::ranges::all_of(columns, &insert_column::copies);
}

}  // namespace

query_options insert_clock::left() const noexcept {
  if (end_ == clock::time_point::max()) return {};
  return {.timeout = std::max<clock::duration>(end_ - clock::now(), clock::duration(1))};
}

asio::awaitable<insert_plan> plan_insert(std::shared_ptr<connection_core> core, const table& target,
                                         rows_to_insert rows, insert_options options, insert_clock clock) {
  const bool automatic = options.method == insert_method::automatic;
  const bool few = rows.count <= rows_as_values;
  insert_plan by_values = plan_of_values(target, few ? rows.count : 1);
  if (options.method == insert_method::values || (automatic && few)) co_return by_values;
  const std::vector<insert_column> columns = co_await ask_for_columns(core, target, clock.left());
  if (columns.size() != target.columns().size()) co_return by_values;  // what is not there is for the server to name
  if (copy_is_worth_a_look(columns, rows, options)) {
    // As text, which every type has: whether there is a binary form is the members' to say.
    auto described = co_await describe_columns(std::move(core), insert_describing_text(target, columns), clock.left(),
                                               protocol::format::text);
    insert_plan plan;
    const error_info refused = plan_of_copy(target, rows, std::move(described), plan);
    if (!refused) co_return plan;
    if (!automatic) throw_error(refused);
  }
  if (rows.arrays && std::ranges::all_of(columns, &insert_column::unnests)) co_return plan_of_unnest(target, columns);
  if (!automatic) throw_error(insert_misfit(target, "unnest would take a column apart that is an array or composite"));
  co_return by_values;
}

asio::awaitable<insert_result> run_insert_source(std::shared_ptr<connection_core> core, const insert_plan& plan,
                                                 parameter_source& source, query_options options) {
  const query_text sql(plan.text);
  execute_sink sink;
  many_operation op(std::move(core), sql, source, options, sink);
  co_await op.done();
  op.throw_if_failed();
  co_return insert_result{sink.take().rows_affected(), plan.method};
}

asio::awaitable<insert_result> run_insert_feed(std::shared_ptr<connection_core> core, const insert_plan& plan,
                                               copy_row_source& feed, query_options options) {
  fed_copy op(std::move(core), plan.text, feed, options);
  co_await op.done();
  if (feed.thrown) std::rethrow_exception(feed.thrown);
  op.throw_if_failed();
  co_return insert_result{op.rows(), plan.method};
}

std::size_t row_of_parameter(const error_info& about, std::size_t parameters) noexcept {
  const std::string& name = about.column();  // "$7"
  std::size_t number = 0;
  if (name.size() < 2 || std::from_chars(name.data() + 1, name.data() + name.size(), number).ec != std::errc())
    return 0;
  return number == 0 ? 0 : (number - 1) / parameters;
}

}  // namespace pgcoro::detail
