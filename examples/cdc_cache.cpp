// Keeps a table in memory, equal to the one in the database: a snapshot of what is there, and then every change, each
// as a struct.
//
//   example_cdc_cache DSN
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <utility>

#include <pgcoro/connection.hpp>
#include <pgcoro/identifier.hpp>
#include <pgcoro/replication/connection.hpp>
#include <pgcoro/replication/subscriber.hpp>
#include <pgcoro/sync_wait.hpp>

namespace asio = boost::asio;
namespace repl = pgcoro::replication;

namespace {

struct product {
  std::int32_t id = 0;
  std::string name;
  std::int32_t price = 0;
};
BOOST_DESCRIBE_STRUCT(product, (), (id, name, price))

struct product_key {
  std::int32_t id = 0;
};
BOOST_DESCRIBE_STRUCT(product_key, (), (id))

class catalogue {
 public:
  // What is in the table now, and from then on what becomes of it. The slot is gone with the connection: a cache that
  // is started anew is filled anew.
  asio::awaitable<void> open(std::string dsn, std::string publication) {
    feed_ = co_await repl::connect(dsn);
    const repl::logical_slot_options options{.temporary = true, .snapshot = repl::snapshot::export_};
    const repl::created_slot slot = co_await feed_.create_logical_slot("cdc_cache_example", options);
    pgcoro::connection db = co_await pgcoro::connect(dsn);
    co_await db.execute_script("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT " +
                               pgcoro::literal(*slot.snapshot).text());
    for (product& p : co_await db.fetch<product>("SELECT id, name, price FROM cdc_cache")) put(std::move(p));
    co_await db.execute_script("COMMIT");
    co_await db.close();
    subscribe();
    repl::logical_stream changes =
        co_await feed_.start_logical(slot.name, slot.consistent_point, repl::pgoutput_options(publication));
    changes_ = std::move(changes).transactions();
  }

  // The changes of the next transaction, all of them or none.
  asio::awaitable<void> follow_one() {
    const auto transaction = co_await changes_.next();
    if (!transaction) co_return;
    subscriber_.deliver(*transaction);
    changes_.confirm(transaction->end_lsn);
  }

  asio::awaitable<void> close() {
    co_await changes_.stop();
    co_await feed_.close();
  }

  const std::map<std::int32_t, product>& products() const { return products_; }

 private:
  void put(product p) { products_.insert_or_assign(p.id, std::move(p)); }

  void subscribe() {
    subscriber_.table<product, product_key>("public", "cdc_cache")
        .inserted([this](product& p) { put(std::move(p)); })
        .updated([this](product& p, const product_key* before) {
          if (before != nullptr) products_.erase(before->id);
          put(std::move(p));
        })
        .deleted([this](const product_key& k) { products_.erase(k.id); })
        .truncated([this] { products_.clear(); });
  }

  repl::connection feed_;
  repl::transaction_stream changes_;
  repl::subscriber subscriber_;
  std::map<std::int32_t, product> products_;
};

asio::awaitable<void> show(std::string dsn) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "DROP PUBLICATION IF EXISTS cdc_cache; DROP TABLE IF EXISTS cdc_cache;"
      "CREATE TABLE cdc_cache (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL);"
      "INSERT INTO cdc_cache VALUES (1, 'apple', 30), (2, 'pear', 40); CREATE PUBLICATION cdc_cache FOR TABLE "
      "cdc_cache");
  catalogue cache;
  co_await cache.open(dsn, "cdc_cache");
  for (const char* const change :
       {"INSERT INTO cdc_cache VALUES (3, 'quince', 90)", "UPDATE cdc_cache SET price = price + 5",
        "UPDATE cdc_cache SET id = 20 WHERE name = 'pear'", "DELETE FROM cdc_cache WHERE id = 1"}) {
    co_await db.execute(change);
    co_await cache.follow_one();
    std::cout << change << '\n';
    for (const auto& [id, p] : cache.products()) std::cout << "  " << id << ' ' << p.name << ' ' << p.price << '\n';
  }
  co_await cache.close();
  co_await db.execute_script("DROP PUBLICATION cdc_cache; DROP TABLE cdc_cache");
  co_await db.close();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " DSN\n";
    return 2;
  }
  try {
    asio::io_context context(1);
    pgcoro::sync_wait(context, show(argv[1]));
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
