#include <pgcoro/error.hpp>

namespace pgcoro {
namespace {

const char* describe(errc code) {
  switch (code) {
    case errc::connection_closed: return "the connection is closed";
    case errc::connection_busy: return "the connection is busy: an open stream or COPY holds it";
    case errc::connect_failed: return "no connection could be made";
    case errc::timeout: return "the deadline passed";
    case errc::protocol_error: return "the server sent what the protocol does not allow";
    case errc::message_too_large: return "a message is larger than max_message_size or the protocol allow";
    case errc::tls_not_supported: return "the server does not offer TLS, which sslmode asks for";
    case errc::tls_failed: return "the TLS handshake or the verification of the certificate failed";
    case errc::authentication_failed: return "the authentication exchange failed on the client's side";
    case errc::authentication_refused:
      return "the server asked for an authentication that require_auth or channel_binding forbids";
    case errc::authentication_unsupported:
      return "the server asked for an authentication method that pgcoro does not speak";
    case errc::invalid_option: return "a connection option is unknown or ill-formed";
    case errc::unsupported_server: return "the server has a version or a setting that pgcoro cannot work with";
    case errc::wrong_session_type: return "the server does not meet target_session_attrs";
    case errc::no_rows: return "the statement returned no row where one was expected";
    case errc::too_many_rows: return "the statement returned more than one row where one was expected";
    case errc::column_count_mismatch: return "the row and the C++ type have different numbers of columns";
    case errc::no_such_column: return "the result has no such column";
    case errc::unexpected_null: return "NULL for a type that cannot hold it; use std::optional";
    case errc::type_mismatch: return "the PostgreSQL type and the C++ type do not convert into each other";
    case errc::out_of_range: return "the value does not fit its type";
    case errc::invalid_value: return "the bytes are no value of their type";
    case errc::parameter_count_mismatch: return "the statement takes another number of parameters";
    case errc::too_many_parameters: return "a statement takes at most 65535 parameters";
    case errc::embedded_nul: return "text that the protocol ends with NUL contains one";
    case errc::parameters_not_allowed: return "scripts and the simple protocol take no parameters";
    case errc::copy_not_allowed: return "the statement started COPY; use copy_in or copy_out";
    case errc::pipeline_aborted: return "not run: an earlier statement of the pipeline failed";
    case errc::not_available: return "the value is not there: its operation has not run";
    case errc::pool_overloaded: return "too many wait for a connection of the pool already";
    case errc::session_state_left: return "the statement leaves state behind in a session that is shared";
    case errc::pool_too_large: return "the pool may open more connections than the server admits";
    case errc::invalid_composition: return "the statement cannot be composed";
    case errc::transaction_misused: return "transactions are not in an order that allows it";
    case errc::transaction_aborted: return "the transaction was rolled back instead of committed";
    case errc::in_doubt: return "it is not known whether the transaction was committed";
  }
  return "unknown error";
}

class category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "pgcoro"; }
  std::string message(int value) const override { return describe(static_cast<errc>(value)); }

  /// Where the standard has the same notion, comparing with its condition works too.
  boost::system::error_condition default_error_condition(int value) const noexcept override {
    switch (static_cast<errc>(value)) {
      case errc::timeout: return boost::system::errc::make_error_condition(boost::system::errc::timed_out);
      case errc::protocol_error: return boost::system::errc::make_error_condition(boost::system::errc::protocol_error);
      case errc::message_too_large: return boost::system::errc::make_error_condition(boost::system::errc::message_size);
      default: return {value, *this};
    }
  }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

boost::system::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), error_category()}; }

}  // namespace pgcoro
