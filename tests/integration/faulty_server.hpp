// A table behind a proxy that does harm at a moment that a test chooses.
//
//   faulty_server server = co_await faulty_server::make();
//   connection db = co_await server.connect();
//   const std::shared_ptr<bool> happened = server.fault_at(faulty_server::unit::message, 3, verdict::cut);
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <pgcoro/connection.hpp>
#include <pgcoro/table.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"
#include "support/fault_proxy.hpp"

namespace pgcoro::test {

/// A table that other connections see; a proxy in front of its server, which is well behaved until it is told when.
class faulty_server {
 public:
  using verdict = fault_proxy::verdict;

  static asio::awaitable<faulty_server> make() {
    connection direct = co_await connect_to("TCP_DSN");
    faulty_server made(co_await asio::this_coro::executor, std::move(direct));
    co_await made.direct_.execute_script("CREATE TABLE " + made.name() + " (n int8, filler text)");
    co_return made;
  }

  connection& direct() noexcept { return direct_; }
  const std::string& name() const noexcept { return name_; }
  table target() const { return table(name_, "n", "filler"); }

  asio::awaitable<connection> connect() const {
    return pgcoro::connect(
        options_of("TCP_DSN", "sslmode=disable host=127.0.0.1 port=" + std::to_string(proxy_->port())));
  }
  /// What is counted until the fault: pieces as the proxy reads them, cut anywhere, or whole messages of the sessions
  /// that are open by now.
  enum class unit : unsigned char { piece, message };

  /// The one of that number, of those that are forwarded from now on, meets with what is said then. Whether it has come
  /// to that.
  std::shared_ptr<bool> fault_at(unit what, int number, std::function<verdict()> fault) {
    auto happened = std::make_shared<bool>(false);
    auto watcher = [left = std::make_shared<int>(number), happened, fault = std::move(fault)](bool, std::string_view) {
      if (*happened || (*left)-- > 0) return verdict::forward;
      *happened = true;
      return fault();
    };
    if (what == unit::message)
      proxy_->watch_messages(std::move(watcher));
    else
      proxy_->watch(std::move(watcher));
    return happened;
  }
  std::shared_ptr<bool> fault_at(unit what, int number, verdict fault) {
    return fault_at(what, number, [fault] { return fault; });
  }

  /// Closes every connection that went through the proxy.
  void hang_up() { proxy_.reset(); }

  /// What others see, once the server has noticed that its client is gone.
  asio::awaitable<std::int64_t> loaded() {
    for (int busy = 1; busy > 0;) {
      busy = co_await direct_.fetch_one<int>(
          "SELECT count(*)::int4 FROM pg_locks WHERE relation = $1::text::regclass "
          "AND pid <> pg_backend_pid()",
          name_);
      if (busy > 0) co_await sleep_for(5ms);
    }
    co_return co_await direct_.fetch_one<std::int64_t>("SELECT count(*) FROM " + name_);
  }
  asio::awaitable<void> empty() { co_await direct_.execute_script("TRUNCATE " + name_); }
  asio::awaitable<void> drop() { co_await direct_.execute_script("DROP TABLE " + name_); }

 private:
  faulty_server(const asio::any_io_executor& executor, connection direct)
      : direct_(std::move(direct)), name_("faults_" + std::to_string(direct_.backend_process_id())) {
    const asio::ip::tcp::endpoint target(asio::ip::make_address("127.0.0.1"), test_port());
    proxy_ = std::make_unique<fault_proxy>(executor, target);
  }
  static unsigned short test_port() { return static_cast<unsigned short>(std::stoi(env("PORT"))); }

  connection direct_;
  std::string name_;
  std::unique_ptr<fault_proxy> proxy_;
};

}  // namespace pgcoro::test
