#include <algorithm>
#include <vector>

#include <pgcoro/pipeline.hpp>
#include <pgcoro/pool.hpp>
#include <pgcoro/tracer.hpp>

#include "client/pipeline_operation.hpp"
#include "pool/pool_core.hpp"

namespace pgcoro {

namespace asio = boost::asio;

pool::pool(const asio::any_io_executor& executor, pool_options options)
    : basic_queryable(std::make_shared<detail::pool_core>(executor, std::move(options))) {}

pool::~pool() { core_->shut_down(); }

asio::awaitable<lease> pool::acquire(duration timeout) {
  detail::pool_use use(core_, timeout);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  if (!use.try_now(executor)) co_await use.wait();
  use.throw_if_failed();
  co_return lease(use.take());
}

asio::awaitable<void> pool::warm_up() {
  core_->start();
  std::vector<lease> all;
  for (std::size_t i = 0; i < std::max<std::size_t>(core_->options().min_size, 1); ++i) {
    lease one = co_await acquire();
    all.push_back(std::move(one));
  }
}

asio::awaitable<void> pool::close(duration timeout) {
  core_->close(std::chrono::steady_clock::now() + timeout);
  detail::pool_end end(core_);
  co_await end.reached();
}

void pool::reset() { core_->reset(); }

void pool::resize(std::size_t min_size, std::size_t max_size) { core_->resize(min_size, max_size); }

pool_statistics pool::statistics() const { return core_->statistics(); }

asio::any_io_executor pool::get_executor() const noexcept { return core_->executor(); }

asio::awaitable<void> pool::run(pipeline& statements, query_options options) {
  detail::pool_use use(core_, options);
  co_await use.ready();
  detail::pipeline_operation op(use.core(), statements, use.options());
  co_await op.done();
  op.settle();
  use.end_statement(op.error, "");
}

}  // namespace pgcoro
