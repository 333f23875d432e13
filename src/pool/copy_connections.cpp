#include <chrono>
#include <utility>

#include <pgcoro/copy_out_parallel.hpp>
#include <pgcoro/pool.hpp>

namespace pgcoro {
namespace {

namespace asio = boost::asio;

/// How long is waited for a connection that can be done without.
constexpr std::chrono::seconds patience{1};

std::shared_ptr<connection> shared(lease db) {
  const auto held = std::make_shared<lease>(std::move(db));
  return {held, &held->get()};
}

asio::awaitable<std::shared_ptr<connection>> leased(pool& from, bool first) {
  std::optional<lease> db;
  try {
    db = co_await from.acquire(first ? pool::duration() : patience);
  } catch (const error& e) {
    if (first || e.code() != errc::timeout) throw;
  }
  co_return db ? shared(*std::move(db)) : nullptr;
}

}  // namespace

copy_connections::copy_connections(pool& from) : get_([&from](bool first) { return leased(from, first); }) {}

}  // namespace pgcoro
