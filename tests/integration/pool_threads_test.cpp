// One pool, several threads: everything at once, from everywhere, with and without a tracer. TSan looks on.
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <thread>
#include <vector>

#include <pgcoro/pool.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/tracer.hpp>
#include <pgcoro/transaction.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

/// Hears everything, and each span's end.
class span_counter : public tracer {
 public:
  span begin(const span_start&) noexcept override { return ++begun; }
  void end(span, const span_end&) noexcept override { ++ended; }

  std::atomic<span> begun = 0;
  std::atomic<span> ended = 0;
};

class pool_threads : public testing::TestWithParam<bool> {
 protected:
  pool_options options_for(std::size_t max_size, std::size_t depth) const {
    pool_options options;
    options.connect = options_of("DSN", "target_session_attrs=read-write");
    options.server_check_interval = 1ms;
    options.max_size = max_size;
    options.max_pipeline_depth = depth;
    if (GetParam()) options.tracer = spans_;
    return options;
  }

  void TearDown() override {
    EXPECT_EQ(spans_->begun > 0, GetParam());
    EXPECT_EQ(spans_->begun, spans_->ended);
  }

 private:
  const std::shared_ptr<span_counter> spans_ = std::make_shared<span_counter>();
};
INSTANTIATE_TEST_SUITE_P(without_and_with_a_tracer, pool_threads, testing::Bool());

/// Read to the end, or dropped behind its first rows; on whichever executor.
asio::awaitable<bool> rows_are_right(pool& p, int id, bool to_the_end) {
  auto rows = co_await p.stream<int>({.rows = 20, .mode = {}, .timeout = {}},
                                     "SELECT $1::int4 FROM generate_series(1, 100)", id);
  std::size_t seen = 0;
  while (auto batch = co_await rows.next()) {
    for (const int n : *batch) seen += n == id ? 1 : 0;
    if (!to_the_end) co_return seen > 0;
  }
  co_return seen == 100;
}

asio::awaitable<int> client(pool& p, int id) {
  int right = 0;
  for (int i = 0; i < 20; ++i) {
    if (i % 5 == 1) {
      right += co_await rows_are_right(p, id, i % 10 == 1) ? 1 : 0;
    } else if (i % 4 == 0) {
      const lease db = co_await p.acquire();
      right += co_await db->fetch_one<int>("SELECT $1::int4 * 100 + $2::int4", id, i) == id * 100 + i ? 1 : 0;
      if (i % 8 == 0) co_await db->execute("BEGIN");  // and leave it open
    } else {
      right += co_await p.fetch_one<int>("SELECT $1::int4 * 100 + $2::int4", id, i) == id * 100 + i ? 1 : 0;
    }
    try {
      const lease impatient = co_await p.acquire(1ms);
    } catch (const error& e) {
      EXPECT_EQ(e.code(), errc::timeout);
    }
  }
  co_return right;
}

template <class Executor>
void run_clients(pool& p, const std::vector<Executor>& executors) {
  std::vector<std::future<int>> all;
  for (int id = 0; id < 24; ++id) {
    const auto& executor = executors[static_cast<std::size_t>(id) % executors.size()];
    all.push_back(asio::co_spawn(executor, client(p, id), asio::use_future));
  }
  for (std::future<int>& one : all) EXPECT_EQ(one.get(), 20);
  EXPECT_LE(p.statistics().size, p.statistics().max_size);
}

TEST_P(pool_threads, one_pool_on_a_context_of_its_own_serves_coroutines_of_others) {
  asio::thread_pool own(1);
  asio::thread_pool first(1);
  asio::thread_pool second(1);
  pool p(own.get_executor(), options_for(3, 1));
  run_clients(p, std::vector{first.get_executor(), second.get_executor(), own.get_executor()});
  asio::co_spawn(own, p.close(5s), asio::use_future).get();
}

TEST_P(pool_threads, one_pool_on_an_executor_that_several_threads_run) {
  for (const std::size_t depth : {std::size_t{1}, std::size_t{4}}) {
    asio::thread_pool threads(3);
    pool_options options = options_for(3, depth);
    options.several_threads = true;
    pool p(threads.get_executor(), options);
    run_clients(p, std::vector{threads.get_executor()});
    p.reset();
    p.resize(1, 2);
    run_clients(p, std::vector{threads.get_executor()});
    asio::co_spawn(threads, p.close(5s), asio::use_future).get();
  }
}

TEST_P(pool_threads, a_pool_may_die_in_another_thread_than_its_own) {
  asio::thread_pool own(1);
  for (int i = 0; i < 5; ++i) {
    pool p(own.get_executor(), options_for(2, 1));
    EXPECT_EQ(asio::co_spawn(own, p.fetch_one<int>("SELECT 1"), asio::use_future).get(), 1);
  }
  own.join();
}

}  // namespace
}  // namespace pgcoro::test
