#include "replication/replication_session.hpp"

#include "session/server_version.hpp"

namespace pgcoro::detail {

boost::asio::awaitable<void> replication_session::connect() {
  connection opened = co_await pgcoro::connect(options_);
  db_ = open_connection(std::move(opened));
  worn_out_ = false;
  version_ = major_version(db_.parameter_status("server_version").value_or(""));
}

boost::asio::awaitable<result> replication_session::run(command_text text) {
  if (!text) throw_error(text.error());
  const query_options simple{.mode = statement_mode::simple};
  result answer = co_await db_.query(simple, query_text(std::string_view(*text)));
  co_return answer;
}

boost::asio::awaitable<result> replication_session::run_for_row(command_text text, std::size_t columns) {
  result answer = co_await run(std::move(text));
  if (answer.size() == 1 && answer.columns().columns.size() >= columns) co_return answer;
  error_details details;
  details.code = make_error_code(errc::protocol_error);
  details.stage = "replication";
  details.message = "the server's answer is not the one row that the command has";
  throw_error(error_info(std::move(details)));
}

}  // namespace pgcoro::detail
