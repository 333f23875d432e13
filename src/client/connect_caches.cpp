#include "client/connect_caches.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

namespace pgcoro::detail {
namespace {

namespace asio = boost::asio;

class cache_service : public asio::execution_context::service {
 public:
  using key_type = cache_service;
  inline static asio::execution_context::id id;

  explicit cache_service(asio::execution_context& owner) : asio::execution_context::service(owner) {}

  connect_caches caches;

 private:
  void shutdown() noexcept override {}
};

}  // namespace

connect_caches& caches_of(const asio::any_io_executor& executor) {
  return asio::use_service<cache_service>(asio::query(executor, asio::execution::context)).caches;
}

}  // namespace pgcoro::detail
