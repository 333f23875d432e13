#include <pgcoro/pipeline.hpp>
#include <pgcoro/transaction.hpp>

#include "client/block_operations.hpp"
#include "client/connection_core.hpp"
#include "client/control_operations.hpp"
#include "client/in_doubt.hpp"
#include "client/pipeline_operation.hpp"
#include "client/utility_text.hpp"

namespace pgcoro {

namespace asio = boost::asio;

namespace {

/// What a transaction that has ended has for a connection: no object, but not nothing either. See operation::start.
std::shared_ptr<detail::connection_core> ended() {
  static const auto token = std::make_shared<int>();
  return {token, nullptr};
}

}  // namespace

asio::awaitable<transaction> detail::begin_transaction(std::shared_ptr<connection_core> core,
                                                       transaction_options options) {
  begin_operation op(core, options);
  co_await op.done();
  op.throw_if_failed();
  transaction tx;
  tx.core_ = std::move(core);
  tx.block_ = op.block();
  if (options.resolve_in_doubt) tx.in_doubt_timeout_ = options.in_doubt_timeout;
  co_return tx;
}

transaction::transaction(transaction&& other) noexcept { adopt(other); }

transaction& transaction::operator=(transaction&& other) noexcept {
  if (this == &other) return *this;
  drop();
  adopt(other);
  return *this;
}

transaction::~transaction() { drop(); }

/// Takes the place of `other`, which is none afterwards.
void transaction::adopt(transaction& other) noexcept {
  core_ = std::move(other.core_);
  block_ = other.block_;
  in_doubt_timeout_ = other.in_doubt_timeout_;
  outer_ = std::exchange(other.outer_, nullptr);
  inner_ = std::exchange(other.inner_, nullptr);
  if (outer_) outer_->inner_ = this;
  if (inner_) inner_->outer_ = this;
}

/// It no longer takes statements, and its outer one no longer waits for it.
void transaction::detach() noexcept {
  end_inner();
  core_ = ended();
  if (outer_) outer_->inner_ = nullptr;
  outer_ = nullptr;
}

/// Its end was refused: it is as it was.
void transaction::attach(std::shared_ptr<detail::connection_core> core, transaction* outer) noexcept {
  core_ = std::move(core);
  outer_ = outer;
  if (outer_) outer_->inner_ = this;
}

void transaction::end_inner() noexcept {
  while (transaction* inner = inner_) inner->detach();
}

void transaction::drop() noexcept {
  if (core_) core_->drop_block(block_);
  detach();
}

void transaction::require_open() const {
  if (core_) return;
  throw_error(detail::misused(core_.use_count() > 0 ? "the transaction has ended" : "there is no transaction"));
}

asio::awaitable<void> transaction::run(pipeline& statements, query_options options) {
  return detail::run_pipeline(core_, statements, options);
}

asio::awaitable<statement> transaction::prepare(query_text sql, query_options options) {
  return detail::prepare_statement(core_, std::move(sql), options);
}

asio::awaitable<transaction> transaction::begin() {
  require_open();
  detail::begin_operation op(core_, block_);
  co_await op.done();
  op.throw_if_failed();
  transaction inner;
  inner.core_ = core_;
  inner.block_ = op.block();
  inner.outer_ = this;
  inner_ = &inner;
  co_return inner;
}

asio::awaitable<void> transaction::commit() { return end_committed({}); }

asio::awaitable<void> transaction::prepare_transaction(std::string gid) {
  if (outer_) throw_error(detail::misused("a savepoint cannot be prepared"));
  std::string text = detail::text_about_gid("PREPARE TRANSACTION ", gid);
  co_await end_committed(std::move(text));
}

asio::awaitable<void> transaction::end_committed(std::string text) {
  require_open();
  if (inner_) throw_error(detail::misused("a savepoint in the transaction is open"));
  const bool commits = !outer_ && text.empty();
  const std::shared_ptr<detail::connection_core> core = core_;
  detail::end_operation op(core, block_, detail::block_ending::commit, std::move(text));
  transaction* const outer = outer_;
  detach();  // what somebody starts from here on would run outside
  co_await op.done();
  if (op.refused()) {
    attach(core, outer);
  } else if (commits && detail::is_in_doubt(op.error)) {
    co_await detail::settle_doubt(core, op.error, op.xid(), in_doubt_timeout_);
    co_return;
  }
  op.throw_if_failed();
}

asio::awaitable<void> transaction::rollback() {
  require_open();
  const std::shared_ptr<detail::connection_core> core = core_;
  detail::end_operation op(core, block_, detail::block_ending::rollback);
  transaction* const outer = outer_;
  detach();
  co_await op.done();
  if (op.refused()) attach(core, outer);
  op.throw_if_failed();
}

}  // namespace pgcoro
