// PostgreSQL's types as C++ values: exact numbers, dates, intervals, arrays, ranges, UUIDs, addresses. docs/types.md
// has all of them.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <chrono>
#include <iostream>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/pgcoro.hpp>
#include <pgcoro/types/uuid.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct booking {
  boost::uuids::uuid id;
  pgcoro::numeric price;                                       // exact, with its scale
  std::chrono::sys_time<std::chrono::microseconds> made;       // timestamptz
  pgcoro::range<std::chrono::sys_days> nights;                 // daterange
  std::optional<pgcoro::interval> notice;                      // months, days and microseconds, kept apart
  std::vector<std::string> guests;                             // text[]
  std::vector<std::vector<std::optional<std::int32_t>>> beds;  // int4[][], with NULLs
  pgcoro::inet from;
};

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  const auto b = co_await db.fetch_one<booking>(
      "SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 129.90::numeric, timestamptz '2026-11-22 18:30:00+01', "
      "daterange('2026-12-24', '2026-12-27'), interval '1 mon 3 days', ARRAY['Ada', 'Grace'], "
      "'{{1,NULL},{2,3}}'::int4[], "
      "inet '192.168.7.5/24'");
  std::cout << b.id << ": " << to_string(b.price) << ", " << b.guests.size() << " guests from " << to_string(b.from)
            << ", notice " << (b.notice ? to_string(*b.notice) : "none") << '\n';

  // The same values as parameters: each becomes what the server has in its place.
  const auto later =
      co_await db.fetch_one<std::tuple<pgcoro::numeric, std::chrono::sys_time<std::chrono::seconds>, bool>>(
          "SELECT $1 * 2.00, $2::timestamptz + $3::interval, $4::daterange @> date '2026-12-25'", b.price,
          std::chrono::floor<std::chrono::seconds>(b.made), 36h, b.nights);
  std::cout << "twice: " << to_string(std::get<0>(later)) << ", at Christmas: " << std::boolalpha << std::get<2>(later)
            << '\n';

  // An array is one parameter, however long: no list has to be pasted into the statement.
  const std::vector<std::int64_t> wanted = {2, 3, 5, 7};
  const auto sum = co_await db.fetch_one<std::int64_t>("SELECT sum(n)::int8 FROM unnest($1::int8[]) AS n", wanted);
  std::cout << "sum: " << sum << '\n';

  // What does not fit is an error that names column, type and value.
  try {
    co_await db.fetch_one<std::int16_t>("SELECT 70000 AS too_large");
  } catch (const pgcoro::error& e) {
    std::cout << e.what() << '\n';
  }
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
