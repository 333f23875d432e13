// One statement, from request to reply; and the one coroutine template behind query, fetch and execute.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro::detail {

/// `text`, `parameters` and `sink` must live until it is over.
class PGCORO_DECL statement_operation final : public operation {
 public:
  statement_operation(std::shared_ptr<connection_core> core, const query_text& text, const arguments& parameters,
                      const query_options& options, row_sink& sink) noexcept
      : operation(std::move(core), options.timeout),
        text_(text),
        parameters_(parameters),
        sink_(sink),
        mode_(options.mode) {}

 private:
  void submit() override;
  bool complete(request& r) override;

  const query_text& text_;
  const arguments& parameters_;
  row_sink& sink_;
  std::optional<statement_mode> mode_;
};

/// Throws an error that the reply to a statement means to the caller, such as no_rows.
[[noreturn]] PGCORO_DECL void throw_about(const error_info& why, const query_text& text);

/// Runs one statement; `Take::from(sink, text)` makes the value of what the sink holds then.
template <class Sink, class Take>
boost::asio::awaitable<typename Take::value_type> run_statement(std::shared_ptr<connection_core> core, query_text text,
                                                                arguments parameters, query_options options) {
  Sink sink;
  statement_operation op(std::move(core), text, parameters, options, sink);
  co_await op.done();
  op.throw_if_failed();
  co_return Take::from(sink, text);
}

template <class T>
struct take_all {
  using value_type = std::vector<T>;
  static value_type from(collect_sink<T>& sink, const query_text&) { return sink.take(); }
};

template <class T>
struct take_one {
  using value_type = T;
  static value_type from(single_row_sink<T>& sink, const query_text& text) {
    if (error_info none = sink.require_row()) [[unlikely]]
      throw_about(none, text);
    return *sink.take();
  }
};

template <class T>
struct take_optional {
  using value_type = std::optional<T>;
  static value_type from(single_row_sink<T>& sink, const query_text&) { return sink.take(); }
};

struct take_result {
  using value_type = result;
  static result from(result_sink& sink, const query_text&) { return sink.take(); }
};

struct take_command {
  using value_type = command_result;
  static command_result from(execute_sink& sink, const query_text&) { return sink.take(); }
};

PGCORO_DECL boost::asio::awaitable<result> run_query(std::shared_ptr<connection_core> core, query_text text,
                                                     arguments parameters, query_options options);
PGCORO_DECL boost::asio::awaitable<command_result> run_execute(std::shared_ptr<connection_core> core, query_text text,
                                                               arguments parameters, query_options options);

// Rows that nearly every program fetches are compiled in the library. NOLINTBEGIN(bugprone-macro-parentheses): of types
#define PGCORO_STATEMENTS_FOR(LINKAGE, CORE, T)                                                                    \
  LINKAGE template PGCORO_DECL boost::asio::awaitable<std::vector<T>> run_statement<collect_sink<T>, take_all<T>>( \
      std::shared_ptr<CORE>, query_text, arguments, query_options);                                                \
  LINKAGE template PGCORO_DECL boost::asio::awaitable<T> run_statement<single_row_sink<T>, take_one<T>>(           \
      std::shared_ptr<CORE>, query_text, arguments, query_options);                                                \
  LINKAGE template PGCORO_DECL boost::asio::awaitable<std::optional<T>>                                            \
      run_statement<single_row_sink<T>, take_optional<T>>(std::shared_ptr<CORE>, query_text, arguments,            \
                                                          query_options);
#define PGCORO_COMMON_STATEMENTS(LINKAGE, CORE)      \
  PGCORO_STATEMENTS_FOR(LINKAGE, CORE, bool)         \
  PGCORO_STATEMENTS_FOR(LINKAGE, CORE, std::int32_t) \
  PGCORO_STATEMENTS_FOR(LINKAGE, CORE, std::int64_t) \
  PGCORO_STATEMENTS_FOR(LINKAGE, CORE, double)       \
  PGCORO_STATEMENTS_FOR(LINKAGE, CORE, std::string)

PGCORO_COMMON_STATEMENTS(extern, connection_core)  // NOLINTEND(bugprone-macro-parentheses)

}  // namespace pgcoro::detail
