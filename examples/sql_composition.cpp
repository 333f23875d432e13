// Statements put together safely: named parameters, names from elsewhere, filters that are built as they are needed.
//
//   example_sql_composition postgresql://localhost/postgres
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/describe/class.hpp>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/pgcoro.hpp>

namespace asio = boost::asio;

struct book {
  std::string title;
  std::string author;
  int year;
};
BOOST_DESCRIBE_STRUCT(book, (), (title, author, year))

/// What somebody searches for; every field may be left out.
struct search {
  std::optional<std::string> author;
  std::optional<int> not_before;
  std::vector<std::string> titles;
};

/// A WHERE clause with as many conditions as there are wishes.
pgcoro::composed_sql where(const search& wanted) {
  std::vector<pgcoro::composed_sql> conditions;
  if (wanted.author) conditions.push_back(pgcoro::sql("author = {}", *wanted.author));
  if (wanted.not_before) conditions.push_back(pgcoro::sql("year >= {}", *wanted.not_before));
  if (!wanted.titles.empty()) conditions.push_back(pgcoro::sql("title = ANY({})", wanted.titles));
  if (conditions.empty()) return {};
  return pgcoro::sql("WHERE {}", pgcoro::join(conditions, " AND "));
}

asio::awaitable<void> run(const char* dsn) {
  pgcoro::connection db = co_await pgcoro::connect(dsn);

  // A name that comes from elsewhere is quoted, whatever is in it.
  const pgcoro::identifier table("pg_temp", R"(books of "2024"; --)");
  co_await db.execute(pgcoro::sql("CREATE TABLE {} (title text, author text, year int)", table));
  // Where a statement takes no parameters, a literal does.
  co_await db.execute(pgcoro::sql("COMMENT ON TABLE {} IS {}", table, pgcoro::literal("It's a sample")));

  // The members of a described struct are named parameters.
  const std::vector<book> books{
      {"Emma", "Austen", 1815}, {"Persuasion", "Austen", 1817}, {"Middlemarch", "Eliot", 1871}};
  for (const book& b : books)
    co_await db.execute(pgcoro::sql("INSERT INTO {} VALUES (:title, :author, :year)", table, b));

  // A name may be used as often as needed; it is one parameter.
  const auto by_austen = co_await db.fetch_one<std::int64_t>(pgcoro::sql(
      "SELECT count(*) FROM {} WHERE author = :name OR title = :name", table, pgcoro::arg("name", "Austen")));
  std::cout << by_austen << " by Austen\n";

  search wanted;
  wanted.author = "Austen";
  wanted.not_before = 1816;
  const pgcoro::composed_sql statement = pgcoro::sql("SELECT * FROM {} {} ORDER BY year", table, where(wanted));
  std::cout << statement.text() << '\n';
  for (const book& b : co_await db.fetch<book>(statement)) std::cout << b.title << ", " << b.year << '\n';

  // What an attacker sends stays what it is: a title that no book has.
  search hostile;
  hostile.titles = {"'; DROP TABLE books; --", "Emma"};
  const auto found = co_await db.fetch<book>(pgcoro::sql("SELECT * FROM {} {}", table, where(hostile)));
  std::cout << found.size() << " found\n";
}

int main(int argc, char** argv) try {
  asio::io_context context(1);
  pgcoro::sync_wait(context, run(argc > 1 ? argv[1] : ""));
} catch (const std::exception& e) {
  std::cerr << e.what() << '\n';
  return 1;
}
