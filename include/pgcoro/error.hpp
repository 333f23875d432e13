// What went wrong, where, whether the connection survives it and whether it is safe to try again.
//
//   try { co_await db.execute("INSERT …"); }
//   catch (const pgcoro::error& e) { if (e.code() == pgcoro::sqlstate::unique_violation) …; log(e.what()); }
//
// Below the edge of the API errors travel as `error_info` values; `throw_error` turns one into the exception type that
// its SQLSTATE or code names (see <pgcoro/exceptions.hpp>). `as_result` gives the value itself.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/sqlstate.hpp>

namespace pgcoro {

/// Errors that pgcoro itself raises. Those of the operating system and of Asio keep their own codes
/// (`asio::error::operation_aborted` is a cancellation), those of the server are a `sqlstate`.
enum class errc : int {
  connection_closed = 1,       ///< the connection was closed, by us or by the peer, before or during the operation
  connection_busy,             ///< an open stream or COPY holds the connection
  connect_failed,              ///< every attempt failed; the message lists them
  timeout,                     ///< a deadline passed
  protocol_error,              ///< the peer sent what the protocol does not allow
  message_too_large,           ///< a message above `max_message_size`, either way
  tls_not_supported,           ///< the server answered 'N' where `sslmode` asks for TLS
  tls_failed,                  ///< handshake or certificate verification failed
  authentication_failed,       ///< the exchange itself failed on our side (server signature, nonce, limits)
  authentication_refused,      ///< the server asked for a method that `require_auth` or `channel_binding` forbids
  authentication_unsupported,  ///< the server asked for a method that pgcoro does not speak
  invalid_option,              ///< a connection string, environment variable or option that is unknown or ill-formed
  unsupported_server,          ///< a server setting or version that pgcoro cannot work with
  wrong_session_type,          ///< `target_session_attrs` not met
  no_rows,                     ///< `fetch_one` found none
  too_many_rows,               ///< `fetch_one` or `fetch_optional` found more than one
  column_count_mismatch,       ///< the row and the C++ type have different numbers of columns
  no_such_column,              ///< no column of that name or number
  unexpected_null,             ///< NULL into a type that cannot hold it
  type_mismatch,               ///< the column's or parameter's PostgreSQL type is none that the C++ type converts to
  out_of_range,                ///< the value does not fit the target type
  invalid_value,               ///< the bytes of a value are not those of its type
  parameter_count_mismatch,    ///< the statement has another number of parameters
  too_many_parameters,         ///< more than 65 535 parameters in one Bind
  embedded_nul,                ///< a NUL inside text that the protocol ends with one
  parameters_not_allowed,      ///< `simple` mode and scripts take no parameters
  copy_not_allowed,            ///< a statement started COPY where no COPY was asked for
  pipeline_aborted,            ///< an earlier statement of the same pipeline failed; this one did not run
  not_available,               ///< the value asked for is not there (yet): an operation that has not run
  pool_overloaded,             ///< as many as `max_waiters` wait for a connection of the pool already
  session_state_left,          ///< a pool's one-shot statement would have left state behind in a session that is shared
  pool_too_large,              ///< `max_size` is more than the server admits, and `strict_sizing` is set
  invalid_composition,         ///< sql(): text, names and values do not go together, or an identifier is none
  transaction_misused,         ///< begin, commit or a statement where the order of transactions does not allow it
  transaction_aborted,  ///< nothing of the transaction is left: COMMIT was answered with ROLLBACK, or it never began
  in_doubt,             ///< whether the transaction was committed is not known
};

PGCORO_DECL const boost::system::error_category& error_category() noexcept;
PGCORO_DECL boost::system::error_code make_error_code(errc) noexcept;

/// Every field of ErrorResponse and NoticeResponse (protocol documentation, "Error and Notice Message Fields").
/// Owned strings; absent fields are empty, absent numbers 0.
struct server_fields {
  std::string severity;  ///< never localised (field V), else S
  std::string sqlstate;  ///< five characters
  std::string message;
  std::string detail;
  std::string hint;
  std::uint32_t position = 0;           ///< in characters, from 1, into the statement
  std::uint32_t internal_position = 0;  ///< likewise, into `internal_query`
  std::string internal_query;
  std::string where;
  std::string schema_name;
  std::string table_name;
  std::string column_name;
  std::string data_type_name;
  std::string constraint_name;
  std::string source_file;
  std::uint32_t source_line = 0;
  std::string source_function;
};

/// The parts of an error, built below the edge and read by the user. See `error_info`.
struct error_details {
  boost::system::error_code code;
  std::string message;                  ///< what went wrong; never holds a secret
  std::optional<server_fields> server;  ///< set where the server reported it
  std::string host;                     ///< host and port, or socket path
  std::string stage;              ///< what was being done: "connect", "TLS handshake", "authentication", "query" …
  std::string statement;          ///< SQL text, cut to a readable length
  std::string column;             ///< name of the column or "$n" of the parameter
  std::string exception_text;     ///< composed by `error_info`; what() returns it
  bool connection_usable = true;  ///< the connection goes on serving
  bool safe_to_retry = false;     ///< nothing was sent, or the server said that nothing ran
};

/// An error as a value; success when default-constructed. Cheap to copy and to move (one shared pointer), immutable.
class PGCORO_DECL error_info {
 public:
  error_info() noexcept = default;
  explicit error_info(error_details details);
  error_info(boost::system::error_code code, std::string message);

  explicit operator bool() const noexcept { return details_ != nullptr; }

  boost::system::error_code code() const noexcept;
  /// What went wrong, without the context.
  const std::string& message() const noexcept;
  /// Message with host, stage, statement and column: one line that is fit for a log.
  const std::string& what() const noexcept;
  /// The server's fields; null where pgcoro or the operating system raised the error.
  const server_fields* server() const noexcept;
  const std::string& host() const noexcept;
  const std::string& stage() const noexcept;
  const std::string& statement() const noexcept;
  const std::string& column() const noexcept;
  /// Whether the connection goes on serving after this error.
  bool connection_usable() const noexcept;
  /// Whether the statement cannot have run: nothing was sent, or the server said that nothing ran.
  bool safe_to_retry() const noexcept;
  /// Whether trying later may succeed, by SQLSTATE class (08, 40, 53, 55P03, 57P0x …) or a lost connection.
  bool is_transient() const noexcept;

  const error_details& details() const noexcept;

 private:
  std::shared_ptr<const error_details> details_;
};

/// Base of every exception that pgcoro throws.
class PGCORO_DECL error : public boost::system::system_error {
 public:
  explicit error(error_info info);

  const error_info& info() const noexcept { return info_; }
  const char* what() const noexcept override;
  bool connection_usable() const noexcept { return info_.connection_usable(); }
  bool safe_to_retry() const noexcept { return info_.safe_to_retry(); }
  bool is_transient() const noexcept { return info_.is_transient(); }

 private:
  error_info info_;
};

/// An error that the server reported; base of the exception types of <pgcoro/exceptions.hpp>.
class PGCORO_DECL server_error : public error {
 public:
  using error::error;
  const server_fields& fields() const noexcept { return *info().server(); }
};

/// Throws the exception type that the error names: one for each SQLSTATE and each class of SQLSTATEs, else `error`.
[[noreturn]] PGCORO_DECL void throw_error(const error_info& info);

/// Found by `boost::system::result<T, error_info>::value()`.
[[noreturn]] inline void throw_exception_from_error(const error_info& info, const boost::source_location&) {
  throw_error(info);
}

}  // namespace pgcoro

template <>
struct boost::system::is_error_code_enum<pgcoro::errc> : std::true_type {};
