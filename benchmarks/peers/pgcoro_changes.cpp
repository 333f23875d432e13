// Reads so many row changes out of a slot and decodes each into a struct. Run by benchmarks/run_replication.py.
//
//   pgcoro_changes DSN PUBLICATION SLOT ROWS
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <sys/resource.h>

#include <pgcoro/replication/connection.hpp>
#include <pgcoro/sync_wait.hpp>
#include <pgcoro/types/timestamp.hpp>

namespace asio = boost::asio;
namespace repl = pgcoro::replication;

namespace {

struct change {
  std::int64_t id = 0;
  std::int32_t customer = 0;
  double amount = 0;
  pgcoro::postgres_time placed;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(change, (), (id, customer, amount, placed, note))

struct counter {
  std::uint64_t messages = 0;
  std::uint64_t rows = 0;
  std::int64_t sum = 0;
  change row;  // reused, as a consumer would

  void operator()(const repl::insert& m) { take(m.row); }
  void operator()(const repl::update& m) { take(m.row); }
  void operator()(const auto&) {}
  void take(const repl::tuple_view& from) {
    if (const pgcoro::error_info failed = from.read(row)) pgcoro::throw_error(failed);
    sum += row.id;
    ++rows;
  }
};

asio::awaitable<counter> read(std::string dsn, std::string publication, std::string slot, std::uint64_t rows) {
  repl::connection from = co_await repl::connect(dsn);
  repl::logical_stream changes = co_await from.start_logical(slot, {}, repl::pgoutput_options(publication));
  counter counted;
  while (auto batch = co_await changes.next()) {
    for (const repl::message& m : *batch) std::visit(counted, static_cast<const repl::message_body&>(m));
    counted.messages += batch->size();
    changes.confirm(batch->last_commit_end());
    if (counted.rows >= rows && batch->last_commit_end().is_valid()) break;
  }
  co_return counted;
}

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s DSN PUBLICATION SLOT ROWS\n", argv[0]);
    return 2;
  }
  try {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);  // run by one thread, as docs/guide.md advises
    const counter counted = pgcoro::sync_wait(context, read(argv[1], argv[2], argv[3], std::stoull(argv[4])));
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf("{\"messages\":%llu,\"rows\":%llu,\"sum\":%lld,\"user\":%.3f,\"system\":%.3f,\"max_rss_kb\":%ld}\n",
                static_cast<unsigned long long>(counted.messages), static_cast<unsigned long long>(counted.rows),
                static_cast<long long>(counted.sum), seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
