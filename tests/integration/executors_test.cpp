// Operations that are awaited elsewhere than where the connection lives: other strands, other threads. Worth running
// under ThreadSanitizer.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

/// A connection on a strand of a pool of threads.
class executors : public testing::Test {
 protected:
  executors() : threads_(4), home_(asio::make_strand(threads_)) {
    db_ = wait(asio::co_spawn(home_, connect_to("DSN"), asio::use_future));
  }
  ~executors() override {
    wait(asio::co_spawn(home_, db_.close(), asio::use_future));
    threads_.join();
  }

  template <class T>
  static T wait(std::future<T> future) {
    if (future.wait_for(test_limit) != std::future_status::ready) {
      std::cerr << "an operation on another executor hangs\n";
      std::abort();  // the coroutine still refers to this frame
    }
    return future.get();
  }

  /// Queries, each on the coroutine's own executor before and after.
  template <class Executor>
  asio::awaitable<int> ask(Executor expected, int count) {
    int right = 0;
    for (int i = 0; i < count; ++i) {
      const int n = co_await db_.fetch_one<int>("SELECT $1::int", i);
      right += n == i && expected.running_in_this_thread() ? 1 : 0;
    }
    co_return right;
  }

  asio::thread_pool threads_;
  asio::strand<asio::thread_pool::executor_type> home_;
  connection db_;
};

TEST_F(executors, an_operation_resumes_its_coroutine_on_the_coroutines_own_strand) {
  auto other = asio::make_strand(threads_);
  EXPECT_EQ(wait(asio::co_spawn(other, ask(other, 100), asio::use_future)), 100);
}

TEST_F(executors, several_strands_share_a_connection) {
  std::vector<std::future<int>> all;
  for (int i = 0; i < 8; ++i) {
    auto strand = asio::make_strand(threads_);
    all.push_back(asio::co_spawn(strand, ask(strand, 50), asio::use_future));
  }
  for (auto& f : all) EXPECT_EQ(wait(std::move(f)), 50);
}

TEST_F(executors, an_operation_may_be_awaited_in_another_context) {
  asio::io_context elsewhere(1);
  auto answer = asio::co_spawn(elsewhere, ask(elsewhere.get_executor(), 50), asio::use_future);
  elsewhere.run_for(test_limit);
  EXPECT_EQ(wait(std::move(answer)), 50);
  wait(asio::post(home_, asio::use_future));  // whoever has handed over the last answer has let go of the context
}

TEST_F(executors, errors_and_deadlines_cross_over) {
  auto other = asio::make_strand(threads_);
  auto fail = [&]() -> asio::awaitable<error_info> {
    error_info failed = co_await error_of(db_.query("SELECT 1/0"));
    co_return failed;
  };
  EXPECT_EQ(wait(asio::co_spawn(other, fail(), asio::use_future)).code(), sqlstate::division_by_zero);
  auto time_out = [&]() -> asio::awaitable<error_info> {
    error_info failed = co_await error_of(db_.query({.mode = {}, .timeout = 50ms}, "SELECT pg_sleep(60)"));
    co_return failed;
  };
  EXPECT_EQ(wait(asio::co_spawn(other, time_out(), asio::use_future)).code(), errc::timeout);
  EXPECT_EQ(wait(asio::co_spawn(other, ask(other, 1), asio::use_future)), 1);
}

TEST_F(executors, a_connection_may_be_destroyed_on_another_thread) {
  auto other = asio::make_strand(threads_);
  auto sleep = asio::co_spawn(other, error_of(db_.query("SELECT pg_sleep(60)")), asio::use_future);
  connection doomed = std::move(db_);
  doomed = connection();
  EXPECT_EQ(wait(std::move(sleep)).code(), errc::connection_closed);
}

TEST_F(executors, a_statement_handle_may_be_destroyed_on_another_thread) {
  auto prepare = [&]() -> asio::awaitable<statement> {
    statement made = co_await db_.prepare("SELECT 1");
    co_return made;
  };
  {
    const statement gone = wait(asio::co_spawn(home_, prepare(), asio::use_future));
  }
  auto count = [&]() -> asio::awaitable<std::int64_t> {
    co_await db_.ping();
    const auto left = co_await db_.fetch_one<std::int64_t>({.mode = statement_mode::simple, .timeout = {}},
                                                           "SELECT count(*) FROM pg_prepared_statements");
    co_return left;
  };
  EXPECT_EQ(wait(asio::co_spawn(home_, count(), asio::use_future)), 0);
}

}  // namespace
}  // namespace pgcoro::test
