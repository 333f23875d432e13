// execute_many: one statement, the elements of a range as its parameters.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/encode_row.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro::detail {

/// Says which row of the range an error of its parameters is about.
PGCORO_DECL error_info row_error(const error_info& why, std::uint64_t row);

/// An lvalue is referred to, an rvalue owned.
template <class Range>
class kept_range {
 public:
  explicit kept_range(Range&& range) : range_(std::forward<Range>(range)) {}
  auto begin() {
    using std::begin;
    return begin(range_);
  }
  auto end() {
    using std::end;
    return end(range_);
  }

 private:
  Range range_;
};
template <class Range>
kept_range(Range&&) -> kept_range<Range>;

template <class Range>
using row_of = std::remove_cvref_t<decltype(*std::declval<Range&>().begin())>;

/// One Bind with the members of a tuple or struct, or with a single value. Nothing is written where it fails.
template <class Row>
[[nodiscard]] error_info bind_row(protocol::buffer& out, const Row& row, const bind_shape& shape) {
  protocol::bind_writer bind(out, shape.head);
  if (error_info failed = encode_row(row, shape.types, bind, shape.registry)) return failed;
  const errc failed = bind.finish(shape.result_formats);
  if (failed == errc{}) return {};
  return error_info(make_error_code(failed), "the parameters cannot be sent");
}

/// Each element is the parameters of one execution.
template <class Range>
class range_source final : public parameter_source {
  using row_type = row_of<Range>;

 public:
  explicit range_source(Range& range) : range_(range), at_(range.begin()), end_(range.end()) {}

  status bind_next(protocol::buffer& out, const bind_shape& shape) override {
    if (at_ == end_) return status::end;
    const row_type& row = *at_;
    error_ = bind_row(out, row, shape);
    if (error_) return status::failed;
    ++at_;
    ++row_;
    return status::row;
  }
  error_info take_error() override { return row_error(error_, row_); }
  void restart() override {
    at_ = range_.begin();
    row_ = 0;
  }

 private:
  Range& range_;
  decltype(std::declval<Range&>().begin()) at_;
  decltype(std::declval<Range&>().end()) end_;
  std::uint64_t row_ = 0;
  error_info error_;
};

/// `text`, `source` and `sink` must live until it is over.
class PGCORO_DECL many_operation final : public operation {
 public:
  /// What the range has thrown goes before what became of the statement.
  void throw_if_failed() const {
    if (source_.thrown) [[unlikely]]
      std::rethrow_exception(source_.thrown);
    operation::throw_if_failed();
  }

  many_operation(std::shared_ptr<connection_core> core, const query_text& text, parameter_source& source,
                 const query_options& options, row_sink& sink) noexcept
      : operation(std::move(core), options.timeout), text_(text), source_(source), sink_(sink), mode_(options.mode) {}

 private:
  void submit() override;
  bool complete(request& r) override;

  const query_text& text_;
  parameter_source& source_;
  row_sink& sink_;
  std::optional<statement_mode> mode_;
};

/// Gives what the sink makes of all executions: their command tags, or the rows that they return.
template <class Sink, class Range>
boost::asio::awaitable<decltype(std::declval<Sink&>().take())> run_many(std::shared_ptr<connection_core> core,
                                                                        query_text text, Range range,
                                                                        query_options options) {
  range_source<Range> source(range);
  Sink sink;
  many_operation op(std::move(core), text, source, options, sink);
  co_await op.done();
  op.throw_if_failed();
  co_return sink.take();
}

}  // namespace pgcoro::detail
