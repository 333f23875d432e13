#include "client/key_derivation_service.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/thread_pool.hpp>

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

class worker_service : public asio::execution_context::service {
 public:
  using key_type = worker_service;
  inline static asio::execution_context::id id;

  explicit worker_service(asio::execution_context& owner) : asio::execution_context::service(owner), worker_(1) {}

  asio::thread_pool& worker() noexcept { return worker_; }

 private:
  void shutdown() noexcept override {
    worker_.stop();
    worker_.join();
  }

  asio::thread_pool worker_;
};

}  // namespace

void run_key_derivation(const asio::any_io_executor& executor, std::shared_ptr<key_derivation_job> job) {
  asio::execution_context& context = asio::query(executor, asio::execution::context);
  auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  asio::post(asio::use_service<worker_service>(context).worker(), [job = std::move(job), work = std::move(work)] {
    auto keys = std::make_shared<auth::outcome<auth::scram_keys>>(job->what.run());
    asio::post(work, [job, keys] {
      job->keys.emplace(std::move(*keys));
      job->done->fire();
    });
  });
}

}  // namespace pgcoro::detail
