// Enums, composites and types of one's own: found by name in the database, one line or none in the program.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <iostream>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/pgcoro.hpp>

namespace asio = boost::asio;

// An enum of the database: its description is all it needs, and a line for a label that is no C++ name.
BOOST_DEFINE_ENUM_CLASS(mood, sad, fine, very_happy)
template <>
inline constexpr std::string_view pgcoro::enum_label<mood::very_happy> = "very happy";

// A composite type: a struct, by name where it is described.
struct address {
  std::string street;
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(address, (), (street, number))

// An int8 that is not to be mixed up with others.
struct person_id {
  std::int64_t value = 0;
};
template <>
struct pgcoro::codec<person_id> : pgcoro::wrapped_codec<&person_id::value> {};

struct person {
  person_id id;
  mood feels = mood::sad;
  std::vector<address> homes;
};

asio::awaitable<void> run(const char* dsn) {
  auto db = co_await pgcoro::connect(dsn);
  co_await db.execute_script(
      "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'fine', 'very happy');"
      "CREATE TYPE pg_temp.address AS (street text, number int4);"
      "CREATE TEMP TABLE people (id int8, feels pg_temp.mood, homes pg_temp.address[])");

  // The types are looked up when the statement is first run, in the same round trips, and known from then on.
  const std::vector<address> homes = {{"Elm Street", 13}, {"Abbey Road", 3}};
  co_await db.execute("INSERT INTO people VALUES ($1, $2, $3)", person_id{7}, mood::very_happy, homes);

  for (const person& p : co_await db.fetch<person>("SELECT id, feels, homes FROM people")) {
    std::cout << "person " << p.id.value << (p.feels == mood::very_happy ? " is very happy" : "") << '\n';
    for (const address& home : p.homes) std::cout << "  " << home.street << ' ' << home.number << '\n';
  }
  const auto types = db.types();
  if (const pgcoro::type_info* const found = types->find("address"))
    std::cout << found->name << " has " << found->attributes.size() << " attributes\n";
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
