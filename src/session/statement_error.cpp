#include "session/statement_error.hpp"

#include <utility>

#include "error/excerpt.hpp"

namespace pgcoro::detail {

error_details statement_context(std::string_view sql) {
  error_details details;
  details.stage = "query";
  details.statement = excerpt(sql);
  return details;
}

error_info statement_error(errc code, std::string message, std::string_view sql, bool nothing_sent) {
  error_details details = statement_context(sql);
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.safe_to_retry = nothing_sent;
  return error_info(std::move(details));
}

error_info with_statement(const error_info& info, std::string_view sql, bool nothing_sent) {
  error_details details = info.details();
  error_details context = statement_context(sql);
  if (details.stage.empty()) details.stage = std::move(context.stage);
  if (details.statement.empty()) details.statement = std::move(context.statement);
  details.safe_to_retry = details.safe_to_retry || nothing_sent;
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
