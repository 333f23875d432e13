// COPY when something goes wrong, at every step: everything is loaded or nothing, and the error says what is known.
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/text_copy_in.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/with_timeout.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"
#include "support/fault_proxy.hpp"

namespace pgcoro::test {
namespace {

using verdict = fault_proxy::verdict;

constexpr std::int64_t rows_of_copy = 20'000;

/// A table that other connections see; a proxy in front of its server, which is well behaved until it is told when.
class faulty_server {
 public:
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
    return pgcoro::connect(options_of("TCP_DSN", "host=127.0.0.1 port=" + std::to_string(proxy_->port())));
  }
  /// The piece of that number, of those that are forwarded from now on, meets with this. Whether it has come to that.
  std::shared_ptr<bool> fault_at(int piece, verdict what) {
    auto happened = std::make_shared<bool>(false);
    auto left = std::make_shared<int>(piece);
    proxy_->watch([=](bool, std::string_view) {
      if (*happened || (*left)-- > 0) return verdict::forward;
      *happened = true;
      return what;
    });
    return happened;
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

using copying = asio::awaitable<void> (*)(connection& db, const faulty_server& server);

asio::awaitable<void> binary_in(connection& db, const faulty_server& server) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(server.target());
  for (std::int64_t i = 0; i < rows_of_copy; ++i)
    if (in.push(i, "twenty bytes of text")) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), static_cast<std::uint64_t>(rows_of_copy));
}

asio::awaitable<void> csv_in(connection& db, const faulty_server& server) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(server.target(), copy_options::csv());
  for (std::int64_t i = 0; i < rows_of_copy; ++i)
    if (in.push(i, "twenty bytes of text")) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), static_cast<std::uint64_t>(rows_of_copy));
}

asio::awaitable<void> bytes_in(connection& db, const faulty_server& server) {
  std::string text;
  for (std::int64_t i = 0; i < rows_of_copy; ++i) text += std::to_string(i) + "\ttwenty bytes of text\n";
  co_await copy_in_from(db, copy_bytes(protocol::as_bytes(text)), "COPY " + server.name() + " FROM STDIN");
}

/// Each piece of the conversation in turn meets with the fault, until one comes too late.
asio::awaitable<void> all_or_nothing(copying copy, verdict fault) {
  faulty_server server = co_await faulty_server::make();
  int failures = 0;
  for (int piece = 0;; ++piece) {
    co_await server.empty();
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(piece, fault);
    const error_info failed = co_await error_of(with_timeout(copy(db, server), 2s));
    const std::int64_t loaded = co_await server.loaded();
    EXPECT_TRUE(loaded == rows_of_copy || (loaded == 0 && failed)) << "piece " << piece << ": " << loaded;
    if (!*happened) break;
    ++failures;
  }
  EXPECT_GT(failures, 5);
  co_await server.drop();
}

ASYNC_TEST(copy_faults, a_cut_in_front_of_any_piece_loads_all_of_binary_rows_or_nothing) {
  return all_or_nothing(&binary_in, verdict::cut);
}
ASYNC_TEST(copy_faults, a_cut_behind_any_piece_loads_all_of_binary_rows_or_nothing) {
  return all_or_nothing(&binary_in, verdict::forward_cut);
}
ASYNC_TEST(copy_faults, a_cut_in_front_of_any_piece_loads_all_of_csv_rows_or_nothing) {
  return all_or_nothing(&csv_in, verdict::cut);
}
ASYNC_TEST(copy_faults, a_cut_behind_any_piece_loads_all_of_csv_rows_or_nothing) {
  return all_or_nothing(&csv_in, verdict::forward_cut);
}
ASYNC_TEST(copy_faults, a_cut_in_front_of_any_piece_loads_all_bytes_or_nothing) {
  return all_or_nothing(&bytes_in, verdict::cut);
}
ASYNC_TEST(copy_faults, a_cut_behind_any_piece_loads_all_bytes_or_nothing) {
  return all_or_nothing(&bytes_in, verdict::forward_cut);
}

asio::awaitable<void> push_for_long(connection& db, const faulty_server& server, query_options options) {
  auto in = co_await db.copy_in<std::int64_t, std::string_view>(server.target(), options);
  for (std::int64_t i = 0; i < 100 * rows_of_copy; ++i)
    if (in.push(i, "twenty bytes of text")) co_await in.flush();
  co_await in.finish();
}

ASYNC_TEST(copy_faults, a_silent_server_is_waited_for_no_longer_than_the_deadline) {
  faulty_server server = co_await faulty_server::make();
  const query_options brief{.timeout = 200ms};
  {
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(3, verdict::hole);
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

/// Rows out, with a fault at each piece: what was given is a beginning of what there is, and whole rows.
asio::awaitable<void> a_beginning(bool csv) {
  faulty_server server = co_await faulty_server::make();
  const std::string query = "SELECT n::int8, 'twenty bytes of text' FROM generate_series(1, 20000) n";
  for (int piece = 0;; ++piece) {
    connection db = co_await server.connect();
    co_await db.execute("SELECT 1");
    const std::shared_ptr<bool> happened = server.fault_at(piece, verdict::cut);
    std::int64_t seen = 0;
    error_info failed;
    try {
      copy_reader<std::int64_t, std::string> out;
      if (csv)
        out = co_await db.copy_out<std::int64_t, std::string>(query, copy_options::csv());
      else
        out = co_await db.copy_out<std::int64_t, std::string>(query);
      while (auto batch = co_await out.next())
        for (const auto& [n, text] : *batch)
          if (n != ++seen || text != "twenty bytes of text") ADD_FAILURE() << n << " " << text;
    } catch (const error& e) {
      failed = e.info();
    }
    EXPECT_TRUE(failed || seen == 20000) << piece;
    if (!*happened) break;
    EXPECT_EQ(failed.code(), errc::connection_closed) << failed.message();
  }
  co_await server.drop();
}

ASYNC_TEST(copy_faults, rows_out_in_binary_are_a_beginning_wherever_the_connection_is_cut) {
  return a_beginning(false);
}
ASYNC_TEST(copy_faults, rows_out_as_csv_are_a_beginning_wherever_the_connection_is_cut) { return a_beginning(true); }

template <class Writer>
asio::awaitable<void> push_with(Writer& in, std::int64_t bad) {
  for (std::int64_t i = 1; i <= rows_of_copy; ++i)
    if (in.push(i == bad ? -1 : i)) co_await in.flush();
  co_await in.finish();
}

/// The row of that number breaks a constraint.
asio::awaitable<void> refuse_row(std::int64_t bad) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE checked (n int8 CHECK (n <> -1))");
  for (int csv = 0; csv < 2; ++csv) {
    error_info failed;
    try {
      if (csv == 1) {
        auto in = co_await db.copy_in<std::int64_t>(table("checked"), copy_options::csv());
        co_await push_with(in, bad);
      } else {
        auto in = co_await db.copy_in<std::int64_t>(table("checked"));
        co_await push_with(in, bad);
      }
    } catch (const error& e) {
      failed = e.info();
    }
    EXPECT_EQ(failed.code(), sqlstate::check_violation);
    const std::string line = "line " + std::to_string(bad);
    EXPECT_TRUE(failed.server() && failed.server()->where.find(line) != std::string::npos) << failed.message();
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM checked"), 0);
  }
}

ASYNC_TEST(copy_faults, the_first_row_that_the_server_refuses_is_named) { return refuse_row(1); }
ASYNC_TEST(copy_faults, a_row_in_the_middle_that_the_server_refuses_is_named) { return refuse_row(rows_of_copy / 2); }
ASYNC_TEST(copy_faults, the_last_row_that_the_server_refuses_is_named) { return refuse_row(rows_of_copy); }

ASYNC_TEST(copy_faults, a_source_of_bytes_that_throws_at_any_piece_loads_nothing) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE loaded (n int8)");
  const std::string piece = "1\n2\n3\n";
  for (int last = 0; last < 5; ++last) {
    int given = 0;
    auto source = [&]() -> asio::awaitable<copy_bytes> {
      if (given++ == last) throw std::runtime_error("the source is dry");
      co_return protocol::as_bytes(piece);
    };
    bool caught = false;
    try {
      co_await copy_in_from(db, source, "COPY loaded FROM STDIN");
    } catch (const std::runtime_error&) {
      caught = true;
    }
    EXPECT_TRUE(caught);
    EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM loaded"), 0);
  }
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
