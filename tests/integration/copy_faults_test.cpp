// COPY when nothing happens any more, or not soon enough. Faults at each step: copy_fault_matrix_test.cpp.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/text_copy_in.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/with_timeout.hpp>

#include "integration/faulty_server.hpp"

namespace pgcoro::test {
namespace {

asio::awaitable<void> push_for_long(connection& db, const faulty_server& server, query_options options) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(server.target(), options);
  for (std::int64_t i = 0; i < 2'000'000; ++i)
    if (in.push(i, "twenty bytes of text")) co_await in.flush();
  co_await in.finish();
}

ASYNC_TEST(copy_faults, a_silent_server_is_waited_for_no_longer_than_the_deadline) {
  faulty_server server = co_await faulty_server::make();
  const query_options brief{.timeout = 200ms};
  {
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(faulty_server::unit::piece, 3, fault_proxy::verdict::hole);
    const auto began = std::chrono::steady_clock::now();
    const error_info failed = co_await error_of(push_for_long(db, server, brief));
    EXPECT_TRUE(*happened);
    EXPECT_EQ(failed.code(), errc::timeout) << failed.message();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  }
  server.hang_up();
  EXPECT_EQ(co_await server.loaded(), 0);
  co_await server.drop();
}

ASYNC_TEST(copy_faults, a_copy_in_that_is_cancelled_while_it_waits_loads_nothing_and_leaves_the_connection) {
  connection db = co_await connect_to("DSN");
  connection other = co_await connect_to("DSN");
  const std::string name = "cancelled_" + std::to_string(db.backend_process_id());
  co_await other.execute_script("CREATE TABLE " + name + " (n int8)");
  const std::string sql = "COPY " + name + " FROM STDIN";
  {
    transaction lock = co_await other.begin();
    co_await lock.execute("LOCK TABLE " + name + " IN SHARE MODE");
    pending load = co_await start(copy_in_from(db, protocol::as_bytes("1\n2\n"), sql));
    co_await sleep_for(100ms);
    EXPECT_FALSE(load.ended());
    load.cancel();
    EXPECT_EQ((co_await load.outcome()).code(), asio::error::operation_aborted);
    co_await lock.rollback();
  }
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM " + name), 0);
  co_await other.execute_script("DROP TABLE " + name);
}

ASYNC_TEST(copy_faults, a_copy_in_whose_deadline_passes_loads_nothing_and_leaves_the_connection) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "CREATE TEMP TABLE slow (n int8);"
      "CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; "
      "END';"
      "CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION pg_temp.wait()");
  const query_options brief{.timeout = 200ms};
  {
    auto in = co_await db.copy_in<std::int64_t>(table("slow"), brief);
    in.push(1);
    EXPECT_EQ((co_await error_of(in.finish())).code(), errc::timeout);
  }
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM slow"), 0);
}

}  // namespace
}  // namespace pgcoro::test
