// The ways to run one statement, shared by everything that can: connection, transaction, pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/copy_target.hpp>
#include <pgcoro/detail/execute_each.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/statement_operation.hpp>
#include <pgcoro/insert_options.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/statement_mode.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro {

class row_view;
template <class T>
class row_stream;
template <class T>
class cursor;
template <class... T>
class copy_writer;
template <class... T>
class copy_reader;
template <class... T>
class text_copy_writer;
class copy_options;
class byte_copy_writer;
class byte_copy_reader;
class copy_target;
class table;

namespace detail {

class connection_core;

// Each of these is there once more for the core of a pool: <pgcoro/detail/pool_use.hpp>.

template <class Range>
boost::asio::awaitable<insert_result> run_insert(std::shared_ptr<connection_core> core, table into, Range range,
                                                 insert_options options);

template <class T>
boost::asio::awaitable<row_stream<T>> open_stream(std::shared_ptr<connection_core> core, query_text text,
                                                  arguments parameters, stream_options options);
template <class T>
boost::asio::awaitable<cursor<T>> open_cursor(std::shared_ptr<connection_core> core, query_text text,
                                              arguments parameters, stream_options options);
template <class... T>
boost::asio::awaitable<copy_writer<T...>> open_copy_in(std::shared_ptr<connection_core> core, copy_target into,
                                                       query_options options);
template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_copy_out(std::shared_ptr<connection_core> core, copy_source from,
                                                        stream_options options);
template <class... T>
boost::asio::awaitable<text_copy_writer<T...>> open_text_copy_in(std::shared_ptr<connection_core> core, table into,
                                                                 copy_options format, query_options options);
template <class... T>
boost::asio::awaitable<copy_reader<T...>> open_text_copy_out(std::shared_ptr<connection_core> core, copy_source from,
                                                             copy_options format, stream_options options);
PGCORO_DECL boost::asio::awaitable<byte_copy_writer> open_copy_bytes_in(std::shared_ptr<connection_core> core,
                                                                        query_text sql, query_options options);
PGCORO_DECL boost::asio::awaitable<byte_copy_reader> open_copy_bytes_out(std::shared_ptr<connection_core> core,
                                                                         query_text sql, query_options options);
PGCORO_DECL boost::asio::awaitable<void> run_notify(std::shared_ptr<connection_core> core, std::string channel,
                                                    std::string payload);

}  // namespace detail

/// Each function takes a statement (text or `statement`) and the values of its parameters $1, $2 …
///
/// Parameters: rvalues and small trivial values are kept; other lvalues, the characters behind views, and the
/// statement's text are referred to and must outlive the operation. They are encoded as the types that the server
/// inferred; errors name the parameter (`type_mismatch`, `out_of_range`, `parameter_count_mismatch`) and nothing is
/// sent.
///
/// Execution: started when awaited, in the order in which awaited, without waiting for replies to earlier ones. The
/// awaiting coroutine may run on any executor; it is resumed there.
///
/// Errors: `server_error` and its types for what the server reports, `error` for all else; the connection goes on
/// unless `connection_usable()` says otherwise. Decoding errors name the column.
///
/// Cancellation: any type ends the operation at once with `asio::error::operation_aborted`; the deadline does so with
/// `errc::timeout`. What was not sent is withdrawn, what was is cancelled on the server and its reply drained.
///
/// `Core` is what runs them: a connection's or a pool's. The functions called here are found by its namespace.
template <class Core>
class basic_queryable {
 public:
  /// All rows, in memory of the result's own.
  template <class... A>
  [[nodiscard]] boost::asio::awaitable<result> query(query_text sql, A&&... parameters) {
    return run_query(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class... A>
  [[nodiscard]] boost::asio::awaitable<result> query(query_options options, query_text sql, A&&... parameters) {
    return run_query(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  /// All rows as T: a scalar, a tuple, an aggregate (by position) or a described struct (by name).
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<std::vector<T>> fetch(query_text sql, A&&... parameters) {
    return run_statement<detail::collect_sink<T>, detail::take_all<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<std::vector<T>> fetch(query_options options, query_text sql, A&&... parameters) {
    return run_statement<detail::collect_sink<T>, detail::take_all<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  /// Exactly one row: `errc::no_rows`, `errc::too_many_rows`.
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<T> fetch_one(query_text sql, A&&... parameters) {
    return run_statement<detail::single_row_sink<T>, detail::take_one<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<T> fetch_one(query_options options, query_text sql, A&&... parameters) {
    return run_statement<detail::single_row_sink<T>, detail::take_one<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  /// One row or none: `errc::too_many_rows`.
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<std::optional<T>> fetch_optional(query_text sql, A&&... parameters) {
    return run_statement<detail::single_row_sink<T>, detail::take_optional<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class T, class... A>
  [[nodiscard]] boost::asio::awaitable<std::optional<T>> fetch_optional(query_options options, query_text sql,
                                                                        A&&... parameters) {
    return run_statement<detail::single_row_sink<T>, detail::take_optional<T>>(
        core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  /// For its effect; rows that come back are dropped.
  template <class... A>
  [[nodiscard]] boost::asio::awaitable<command_result> execute(query_text sql, A&&... parameters) {
    return run_execute(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class... A>
  [[nodiscard]] boost::asio::awaitable<command_result> execute(query_options options, query_text sql,
                                                               A&&... parameters) {
    return run_execute(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  /// Rows in batches, in constant memory: see <pgcoro/row_stream.hpp>, which is to be included. Without a type, rows as
  /// they are. Resumes with the first rows, or the statement's error.
  template <class T = row_view, class... A>
  [[nodiscard]] boost::asio::awaitable<row_stream<T>> stream(query_text sql, A&&... parameters) {
    return open_stream<T>(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), {});
  }
  template <class T = row_view, class... A>
  [[nodiscard]] boost::asio::awaitable<row_stream<T>> stream(stream_options options, query_text sql,
                                                             A&&... parameters) {
    return open_stream<T>(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...), options);
  }

  // COPY: <pgcoro/copy_in.hpp>, <pgcoro/text_copy_in.hpp>, <pgcoro/copy_out.hpp> and <pgcoro/copy_bytes.hpp> are to be
  // included.

  /// Into a table, or as a COPY statement says, from C++ values, in binary: a struct or tuple (one type), or several
  /// values.
  template <class... T>
  [[nodiscard]] boost::asio::awaitable<copy_writer<T...>> copy_in(copy_target into, query_options options = {}) {
    return open_copy_in<T...>(core_, std::move(into), options);
  }
  /// Out of a table or query into C++ values.
  template <class... T>
  [[nodiscard]] boost::asio::awaitable<copy_reader<T...>> copy_out(copy_source from, stream_options options = {}) {
    return open_copy_out<T...>(core_, std::move(from), options);
  }
  /// Likewise as text or CSV.
  template <class... T>
  [[nodiscard]] boost::asio::awaitable<text_copy_writer<T...>> copy_in(const table& into, const copy_options& format,
                                                                       query_options options = {}) {
    return open_text_copy_in<T...>(core_, into, format, options);
  }
  template <class... T>
  [[nodiscard]] boost::asio::awaitable<copy_reader<T...>> copy_out(copy_source from, const copy_options& format,
                                                                   stream_options options = {}) {
    return open_text_copy_out<T...>(core_, std::move(from), format, options);
  }
  /// Bytes as they are, in whatever format the COPY statement says.
  [[nodiscard]] boost::asio::awaitable<byte_copy_writer> copy_bytes_in(query_text sql, query_options options = {}) {
    return open_copy_bytes_in(core_, std::move(sql), options);
  }
  [[nodiscard]] boost::asio::awaitable<byte_copy_reader> copy_bytes_out(query_text sql, query_options options = {}) {
    return open_copy_bytes_out(core_, std::move(sql), options);
  }

  /// One execution for each element of a range of tuples, aggregates or single values, pipelined under one Sync: all
  /// or nothing, in constant memory. `rows_affected()` adds up. A range that is an lvalue must outlive the operation.
  /// Errors say which row; then none is in the table.
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<command_result> execute_many(query_text sql, Range&& rows) {
    return execute_many(query_options{}, std::move(sql), std::forward<Range>(rows));
  }
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<command_result> execute_many(query_options options, query_text sql,
                                                                    Range&& rows) {
    return run_many<detail::execute_sink>(core_, std::move(sql), detail::kept_range(std::forward<Range>(rows)),
                                          options);
  }

  /// Likewise, and gives the rows that they return ("INSERT … RETURNING id"), in the order of the range.
  template <class T, class Range>
  [[nodiscard]] boost::asio::awaitable<std::vector<T>> fetch_many(query_text sql, Range&& rows) {
    return fetch_many<T>(query_options{}, std::move(sql), std::forward<Range>(rows));
  }
  template <class T, class Range>
  [[nodiscard]] boost::asio::awaitable<std::vector<T>> fetch_many(query_options options, query_text sql, Range&& rows) {
    return run_many<detail::collect_sink<T>>(core_, std::move(sql), detail::kept_range(std::forward<Range>(rows)),
                                             options);
  }

  /// Each element on its own: those that fail are reported by their position with their errors, the others stay. Rows
  /// are sent and committed in groups; a group in which one fails is undone and sent again row by row, so that a
  /// statement may be executed twice, with effect once. The range is gone through more than once. Not inside a
  /// transaction (`transaction_misused`), which the first failure would end. Throws where the whole cannot go on: the
  /// connection is lost, the statement is wrong, the deadline has passed, or the range has thrown, whose exception that
  /// then is. What was committed by then stays.
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<many_report> execute_each(query_text sql, Range&& rows) {
    return execute_each(query_options{}, std::move(sql), std::forward<Range>(rows));
  }
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<many_report> execute_each(query_options options, query_text sql, Range&& rows) {
    return run_each(core_, std::move(sql), detail::kept_range(std::forward<Range>(rows)), options);
  }

  /// The elements of a range as rows of a table, all or none, in constant memory: see <pgcoro/insert_rows.hpp>, which
  /// is to be included. By COPY, VALUES or UNNEST, whichever serves; statements of others wait their turn.
  template <class Range>
  [[nodiscard]] boost::asio::awaitable<insert_result> insert_rows(const table& into, Range&& rows,
                                                                  insert_options options = {}) {
    return run_insert(core_, into, detail::kept_range(std::forward<Range>(rows)), options);
  }

  /// Sends a notification to whoever listens on the channel: at once, or when the transaction that is open commits.
  /// The name is taken as it stands, upper case included; a payload has fewer than 8000 bytes. Both are copied, and
  /// travel as parameters of pg_notify.
  [[nodiscard]] boost::asio::awaitable<void> notify(std::string_view channel, std::string_view payload = {}) {
    return run_notify(core_, std::string(channel), std::string(payload));
  }

 protected:
  basic_queryable() noexcept = default;
  explicit basic_queryable(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
  ~basic_queryable() = default;
  basic_queryable(basic_queryable&&) noexcept = default;
  basic_queryable& operator=(basic_queryable&&) noexcept = default;

  std::shared_ptr<Core> core_;
};

/// What has one connection to itself: a connection, a transaction.
class PGCORO_DECL queryable : public basic_queryable<detail::connection_core> {
 public:
  /// Rows a number at a time, with other statements in between, inside a transaction: see <pgcoro/cursor.hpp>, which is
  /// to be included.
  template <class T = row_view, class... A>
  [[nodiscard]] boost::asio::awaitable<cursor<T>> open_cursor(query_text sql, A&&... parameters) {
    return detail::open_cursor<T>(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...),
                                  {});
  }
  template <class T = row_view, class... A>
  [[nodiscard]] boost::asio::awaitable<cursor<T>> open_cursor(stream_options options, query_text sql,
                                                              A&&... parameters) {
    return detail::open_cursor<T>(core_, std::move(sql), detail::arguments::binding(std::forward<A>(parameters)...),
                                  options);
  }

  /// Several statements separated by semicolons, by the simple protocol and without parameters: one transaction unless
  /// the script says otherwise. Gives what each of them did; rows are dropped.
  [[nodiscard]] boost::asio::awaitable<std::vector<command_result>> execute_script(query_text sql);
  [[nodiscard]] boost::asio::awaitable<std::vector<command_result>> execute_script(query_options options,
                                                                                   query_text sql);

 protected:
  using basic_queryable::basic_queryable;
  ~queryable() = default;
  queryable(queryable&&) noexcept = default;
  queryable& operator=(queryable&&) noexcept = default;
};

}  // namespace pgcoro
