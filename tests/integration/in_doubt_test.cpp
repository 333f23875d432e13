// Commits whose reply never comes, on a real server behind a proxy that loses it.
#include <pgcoro/connection.hpp>
#include <pgcoro/transaction.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"
#include "support/fault_proxy.hpp"

namespace pgcoro::test {
namespace {

asio::ip::tcp::endpoint server_endpoint() {
  const int port = std::stoi(env("PORT"));
  return {asio::ip::make_address(env("HOST")), static_cast<unsigned short>(port)};
}

/// A connection through a proxy that does what `fault` says as soon as COMMIT passes, once.
struct doubtful {
  explicit doubtful(const asio::any_io_executor& executor, fault_proxy::verdict fault)
      : proxy(executor, server_endpoint()) {
    proxy.watch([this, fault](bool from_client, std::string_view piece) {
      if (!from_client || done || piece.find("COMMIT") == std::string_view::npos) return fault_proxy::verdict::forward;
      done = true;
      return fault;
    });
  }

  connect_options options(std::chrono::milliseconds command_timeout = {}) const {
    connect_options made(env("TCP_DSN") + " port=" + std::to_string(proxy.port()));
    made.command_timeout = command_timeout;
    return made;
  }

  fault_proxy proxy;
  bool done = false;
};

struct outcome_of_commit {
  error_info error;
  int rows = 0;
};

/// Commits one row over a connection that is lost in that moment; counts the rows on another one.
asio::awaitable<outcome_of_commit> commit_one(fault_proxy::verdict fault, transaction_options options,
                                              std::chrono::milliseconds command_timeout = {}) {
  connection observer = co_await connect_to("DSN");
  co_await observer.execute_script("DROP TABLE IF EXISTS doubt; CREATE TABLE doubt (n int)");
  doubtful between(co_await asio::this_coro::executor, fault);
  outcome_of_commit got;
  {
    connection db = co_await connect(between.options(command_timeout));
    transaction tx = co_await db.begin(options);
    co_await tx.execute("INSERT INTO doubt VALUES (1)");
    got.error = co_await error_of(tx.commit());
    EXPECT_FALSE(tx.is_open());
  }
  // The lock is free once the transaction has ended, either way.
  co_await observer.execute_script("BEGIN; LOCK TABLE doubt; COMMIT");
  got.rows = co_await observer.fetch_one<int>("SELECT count(*)::int FROM doubt");
  co_await observer.execute_script("DROP TABLE doubt");
  co_return got;
}

ASYNC_TEST(in_doubt, is_what_a_commit_ends_with_whose_reply_is_lost) {
  const outcome_of_commit lost = co_await commit_one(fault_proxy::verdict::forward_cut, {});
  EXPECT_EQ(lost.error.code(), errc::in_doubt);
  EXPECT_FALSE(lost.error.safe_to_retry());
  EXPECT_FALSE(lost.error.connection_usable());
  EXPECT_EQ(lost.rows, 1) << "it was committed, and nobody could know";
  const outcome_of_commit never_came = co_await commit_one(fault_proxy::verdict::cut, {});
  EXPECT_EQ(never_came.error.code(), errc::in_doubt);
  EXPECT_EQ(never_came.rows, 0);
}

ASYNC_TEST(in_doubt, is_resolved_to_committed) {
  const outcome_of_commit got = co_await commit_one(fault_proxy::verdict::forward_cut, {.resolve_in_doubt = true});
  EXPECT_FALSE(got.error) << got.error.what();
  EXPECT_EQ(got.rows, 1);
}

ASYNC_TEST(in_doubt, is_resolved_to_aborted) {
  const outcome_of_commit got = co_await commit_one(fault_proxy::verdict::cut, {.resolve_in_doubt = true});
  EXPECT_EQ(got.error.code(), errc::transaction_aborted);
  EXPECT_TRUE(got.error.safe_to_retry());
  EXPECT_EQ(got.rows, 0);
}

ASYNC_TEST(in_doubt, is_resolved_where_the_reply_falls_into_a_black_hole) {
  const outcome_of_commit got =
      co_await commit_one(fault_proxy::verdict::forward_hole, {.resolve_in_doubt = true}, 300ms);
  EXPECT_FALSE(got.error) << got.error.what();
  EXPECT_EQ(got.rows, 1);
}

ASYNC_TEST(in_doubt, stays_so_where_the_transaction_does_not_end_in_time) {
  // COMMIT falls into a hole, and the server keeps the session: the transaction is in progress for as long as that.
  const outcome_of_commit got =
      co_await commit_one(fault_proxy::verdict::hole, {.resolve_in_doubt = true, .in_doubt_timeout = 300ms}, 300ms);
  EXPECT_EQ(got.error.code(), errc::in_doubt);
  EXPECT_FALSE(got.error.safe_to_retry());
  EXPECT_EQ(got.rows, 0);
}

ASYNC_TEST(in_doubt, does_not_happen_to_one_that_has_not_begun) {
  doubtful between(co_await asio::this_coro::executor, fault_proxy::verdict::cut);
  connection db = co_await connect(between.options());
  transaction tx = co_await db.begin();
  co_await tx.commit();
  EXPECT_FALSE(between.done);
}

}  // namespace
}  // namespace pgcoro::test
