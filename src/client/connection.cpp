#include <boost/asio/this_coro.hpp>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/connection.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/type_catalog.hpp>

#include "client/connect.hpp"
#include "client/connection_core.hpp"
#include "client/control_operations.hpp"
#include "client/pipeline_operation.hpp"

namespace pgcoro {

namespace asio = boost::asio;

connection& connection::operator=(connection&& other) noexcept {
  if (core_ && core_ != other.core_) core_->shut_down();
  core_ = std::move(other.core_);
  return *this;
}

connection::~connection() {
  if (core_) core_->shut_down();
}

asio::awaitable<statement> connection::prepare(query_text sql, query_options options) {
  return detail::prepare_statement(core_, std::move(sql), options);
}

asio::awaitable<void> connection::run(pipeline& statements, query_options options) {
  return detail::run_pipeline(core_, statements, options);
}

asio::awaitable<void> connection::ping(query_options options) {
  detail::sync_operation op(core_, options);
  co_await op.done();
  op.throw_if_failed();
}

asio::awaitable<void> connection::cancel() {
  detail::cancel_operation op(core_);
  co_await op.done();
  op.throw_if_failed();
}

asio::awaitable<void> connection::close(std::chrono::steady_clock::duration timeout) {
  if (!is_open()) co_return;
  detail::close_operation op(core_, timeout);
  co_await op.done();
  op.throw_if_failed();
}

// A connection that was never opened, or was moved from, answers like one that has nothing to say.

bool connection::is_open() const noexcept { return core_ && core_->is_open(); }

std::optional<std::string_view> connection::parameter_status(std::string_view name) const {
  if (!core_) return std::nullopt;
  const auto& parameters = core_->protocol_session().parameters();
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

std::shared_ptr<const type_registry> connection::types() const {
  return core_ ? core_->protocol_session().types().registry() : std::make_shared<const type_registry>();
}

protocol::transaction_status connection::transaction_status() const noexcept {
  return core_ ? core_->protocol_session().status() : protocol::transaction_status::idle;
}

std::uint32_t connection::backend_process_id() const noexcept { return core_ ? core_->made().opening.process_id : 0; }

bool connection::is_encrypted() const noexcept { return core_ && core_->made().wire->encrypted(); }

asio::any_io_executor connection::get_executor() const noexcept {
  return core_ ? core_->executor() : asio::any_io_executor();
}

void connection::set_notice_handler(std::function<void(const notice&)> handler) {
  if (core_) core_->on_notice(std::move(handler));
}

void connection::set_notification_handler(std::function<void(const notification&)> handler) {
  if (core_) core_->on_notification(std::move(handler));
}

asio::awaitable<std::vector<command_result>> queryable::execute_script(query_text sql) {
  return execute_script(query_options{}, std::move(sql));
}

asio::awaitable<std::vector<command_result>> queryable::execute_script(query_options options, query_text sql) {
  detail::script_operation op(core_, sql, options);
  co_await op.done();
  op.throw_if_failed();
  co_return op.take();
}

asio::awaitable<connection> connect(connect_options options) {
  auto settings = detail::resolve(options);
  if (!settings) throw_error(settings.error());
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  detail::connector attempts(executor, std::make_shared<const detail::connect_settings>(std::move(*settings)));
  detail::expected<detail::established> made = co_await attempts.connect();
  if (!made) throw_error(made.error());
  auto core = std::make_shared<detail::connection_core>(executor, std::move(*made));
  core->run();
  co_return connection(std::move(core));
}

namespace {

asio::awaitable<connection> parse_and_connect(std::string dsn) {
  connect_options options(dsn);
  auto opening = connect(std::move(options));
  co_return co_await std::move(opening);
}

}  // namespace

asio::awaitable<connection> connect(std::string_view dsn) { return parse_and_connect(std::string(dsn)); }
asio::awaitable<connection> connect(const std::string& dsn) { return parse_and_connect(dsn); }
asio::awaitable<connection> connect(const char* dsn) { return parse_and_connect(dsn); }

}  // namespace pgcoro
