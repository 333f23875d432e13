// COPY of C++ values as text and CSV, against a server.
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/table.hpp>
#include <pgcoro/text_copy_in.hpp>
#include <pgcoro/transaction.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/numeric.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

struct pair_row {
  std::int64_t id;
  std::optional<std::string> a;
  std::optional<std::string> b;
  friend bool operator==(const pair_row&, const pair_row&) = default;
};
BOOST_DESCRIBE_STRUCT(pair_row, (), (id, a, b))

void skip(const char* why) { GTEST_SKIP() << why; }

asio::awaitable<connection> with_pairs() {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE pairs (id int8, a text, b text)");
  co_return db;
}

/// Each hostile value beside each.
std::vector<pair_row> hostile() {
  const std::vector<std::optional<std::string>> values{
      std::nullopt, "",      "plain", "\\",    "\\N", "\\.", ".",    "NULL", "none", "D",     "\n",      "\r\n", "a\nb",
      "\t",         "\v\b",  ",",     ";",     "|",   "\"",  "\"\"", "'",    "a\"b", "\\\"",  "\\'",     "\\\n", "\\\\",
      "\\n",        "\\x41", "\\101", "end\\", " s ", "süß", "\x01", "\r",   "x\ry", "\\.\n", "\n\\.\n",
  };
  std::vector<pair_row> rows;
  for (const auto& a : values)
    for (const auto& b : values) rows.push_back({static_cast<std::int64_t>(rows.size()), a, b});
  return rows;
}

std::vector<copy_options> dialects() {
  return {
      copy_options::text(),
      copy_options::text().delimiter('|').null("none"),
      copy_options::csv(),
      copy_options::csv().header(),
      copy_options::csv().delimiter(';').null("none"),
      copy_options::csv().quote('\'').escape('\\').header(),
      copy_options::csv().delimiter('\t').null("\\N").escape('\\'),
      copy_options::csv().force_quote(),
      copy_options::csv().force_quote("b").encoding("UTF8"),
  };
}

std::vector<copy_options> both_formats() { return {copy_options::text(), copy_options::csv()}; }

template <class T>
asio::awaitable<std::vector<T>> all_of(copy_reader<T> reader) {
  std::vector<T> all;
  while (auto batch = co_await reader.next()) all.insert(all.end(), batch->begin(), batch->end());
  co_return all;
}

ASYNC_TEST(copy_text, carries_hostile_values_both_ways_in_every_dialect) {
  connection db = co_await with_pairs();
  const std::vector<pair_row> rows = hostile();
  for (const copy_options& format : dialects()) {
    co_await db.execute("TRUNCATE pairs");
    auto in = co_await db.copy_in<pair_row>(table("pairs"), format);
    co_await in.push_all(rows);
    EXPECT_EQ(co_await in.finish(), rows.size());
    EXPECT_EQ(co_await db.fetch<pair_row>("SELECT * FROM pairs ORDER BY id"), rows) << format.from_clause();
    auto out = co_await db.copy_out<pair_row>("SELECT * FROM pairs ORDER BY id", format);
    const auto back = co_await all_of(std::move(out));
    // In text format the server writes a value that is spelled like the marker as it is.
    const bool ambiguous = format.to_clause().find("FORMAT text, DELIMITER '|'") != std::string::npos;
    EXPECT_NE(back == rows, ambiguous) << format.to_clause();
  }
}

ASYNC_TEST(copy_text, tells_a_lone_empty_string_from_null_and_from_the_end_of_the_data) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE lone (id serial, value text)");
  const std::vector<std::optional<std::string>> values{"", std::nullopt, "\\.", "\\N", "x"};
  for (const copy_options& format : both_formats()) {
    co_await db.execute("TRUNCATE lone");
    auto in = co_await db.copy_in<std::optional<std::string>>(table("lone", "value"), format);
    co_await in.push_all(values);
    EXPECT_EQ(co_await in.finish(), values.size());
    EXPECT_EQ(co_await db.fetch<std::optional<std::string>>("SELECT value FROM lone ORDER BY id"), values);
    auto out = co_await db.copy_out<std::optional<std::string>>("SELECT value FROM lone ORDER BY id", format);
    EXPECT_EQ(co_await all_of(std::move(out)), values);
  }
}

ASYNC_TEST(copy_text, writes_the_columns_types_and_strings_into_any) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script(
      "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok');"
      "CREATE TEMP TABLE mixed (n numeric, f float8, b bool, d date, q tsquery, m pg_temp.mood, l int8[])");
  for (const copy_options& format : both_formats()) {
    auto in = co_await db.copy_in<int, double, bool, std::chrono::sys_days, std::string, std::string,
                                  std::vector<std::optional<int>>>(table("mixed"), format);
    const std::vector<std::optional<int>> list{1, std::nullopt};
    in.push(7, -0.25, true, std::chrono::sys_days(std::chrono::year(2024) / 2 / 29), "a & b", "ok", list);
    EXPECT_EQ(co_await in.finish(), 1u);
  }
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT DISTINCT mixed::text FROM mixed"),
            "(7,-0.25,t,2024-02-29,\"'a' & 'b'\",ok,\"{1,NULL}\")");
  auto out = co_await db.copy_out<numeric, double, bool, std::chrono::sys_days, std::string, std::string,
                                  std::vector<std::optional<int>>>(table("mixed"), copy_options::csv());
  auto batch = co_await out.next();
  EXPECT_EQ(std::get<0>((*batch)[0]), numeric(7));
  EXPECT_EQ(std::get<4>((*batch)[0]), "'a' & 'b'");
  EXPECT_EQ(std::get<6>((*batch)[0]), (std::vector<std::optional<int>>{1, std::nullopt}));
}

ASYNC_TEST(copy_text, takes_and_gives_null_as_the_options_force_it) {
  connection db = co_await with_pairs();
  const auto format = copy_options::csv().force_not_null("a").force_null("b");
  auto in = co_await db.copy_in<pair_row>(table("pairs"), format);
  in.push({1, std::nullopt, ""});
  EXPECT_EQ(co_await in.finish(), 1u);
  const pair_row expected{1, "", std::nullopt};
  const pair_row loaded = co_await db.fetch_one<pair_row>("SELECT * FROM pairs");
  EXPECT_EQ(loaded, expected);
  auto out = co_await db.copy_out<pair_row>("SELECT 1::int8 AS id, NULL::text AS a, '' AS b", format);
  auto batch = co_await out.next();
  EXPECT_EQ((*batch)[0], expected);
}

ASYNC_TEST(copy_text, says_that_an_empty_string_cannot_be_written_where_it_means_null) {
  connection db = co_await with_pairs();
  auto in = co_await db.copy_in<pair_row>(table("pairs"), copy_options::text().null(""));
  in.push({1, "x", std::nullopt});
  error_info failed;
  try {
    in.push({2, "y", ""});
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_EQ(failed.code(), errc::invalid_value);
  EXPECT_EQ(failed.column(), "b");
  EXPECT_NE(failed.message().find("row 2"), std::string::npos) << failed.message();
  in.push({3, "z", "w"});
  EXPECT_EQ(co_await in.finish(), 2u);
}

ASYNC_TEST(copy_text, leaves_the_value_to_the_columns_default) {
  connection db = co_await connect_to("DSN");
  if (server_version() < 16) co_return skip("DEFAULT is of servers from 16 on");
  co_await db.execute_script("CREATE TEMP TABLE d (id int, note text DEFAULT 'none given')");
  const std::vector<std::string> expected{"none given", "D"};
  for (copy_options format : both_formats()) {
    format.default_marker("D");
    co_await db.execute("TRUNCATE d");
    auto in = co_await db.copy_in<int, or_default<std::string>>(table("d"), format);
    in.push(1, column_default);
    in.push(2, std::string("D"));
    EXPECT_EQ(co_await in.finish(), 2u);
    EXPECT_EQ(co_await db.fetch<std::string>("SELECT note FROM d ORDER BY id"), expected);
  }
}

ASYNC_TEST(copy_text, leaves_out_rows_that_the_server_cannot_read) {
  connection db = co_await connect_to("DSN");
  if (server_version() < 17) co_return skip("ON_ERROR is of servers from 17 on");
  co_await db.execute_script("CREATE TEMP TABLE numbers (n int)");
  auto in = co_await db.copy_in<std::string>(table("numbers"), copy_options::csv().ignore_errors());
  const std::vector<std::string> texts{"1", "two", "3", "four"};
  co_await in.push_all(texts);
  EXPECT_EQ(co_await in.finish(), 2u);
  if (server_version() < 18) co_return;
  auto limited = co_await db.copy_in<std::string>(table("numbers"), copy_options::csv().ignore_errors(1));
  co_await limited.push_all(texts);
  EXPECT_EQ((co_await error_of(limited.finish())).code(), sqlstate::invalid_text_representation);
}

ASYNC_TEST(copy_text, lets_the_server_compare_the_header) {
  connection db = co_await with_pairs();
  if (server_version() < 15) co_return skip("HEADER MATCH is of servers from 15 on");
  for (const copy_options& format : {copy_options::csv(), copy_options::text()}) {
    auto in = co_await db.copy_in<pair_row>(table("pairs"), copy_options(format).header(copy_header::match));
    in.push({1, "x", "y"});
    EXPECT_EQ(co_await in.finish(), 1u);
    auto out = co_await db.copy_out<pair_row>(table("pairs"), copy_options(format).header(copy_header::match));
    EXPECT_TRUE(co_await out.next());
    EXPECT_FALSE(co_await out.next());
  }
}

ASYNC_TEST(copy_text, freezes_rows_so_that_older_snapshots_see_them_too) {
  connection db = co_await connect_to("DSN");
  connection other = co_await connect_to("DSN");
  const std::string name = "frozen_" + std::to_string(db.backend_process_id());
  co_await db.execute_script("CREATE TABLE " + name + " (n int)");
  for (copy_options format : both_formats())
    for (const bool frozen : {false, true}) {
      if (frozen) format.freeze();
      auto earlier = co_await other.begin({.isolation = isolation::repeatable_read});
      co_await earlier.execute("SELECT 1");
      auto tx = co_await db.begin();
      co_await tx.execute("TRUNCATE " + name);
      auto in = co_await tx.copy_in<int>(table(name), format);
      in.push(1);
      co_await in.finish();
      co_await tx.commit();
      EXPECT_EQ(co_await earlier.fetch_one<std::int64_t>("SELECT count(*) FROM " + name), frozen ? 1 : 0);
      co_await earlier.rollback();
    }
  // Into what was there before. The server says so at once: the COPY may not even begin.
  const auto load = [&]() -> asio::awaitable<void> {
    auto in = co_await db.copy_in<int>(table(name), copy_options::csv().freeze());
    co_await in.finish();
  };
  EXPECT_EQ((co_await error_of(load())).code(), sqlstate::object_not_in_prerequisite_state);
  co_await db.execute_script("DROP TABLE " + name);
}

ASYNC_TEST(copy_text, writes_and_reads_another_encoding_as_it_is) {
  connection db = co_await with_pairs();
  for (copy_options format : both_formats()) {
    format.encoding("LATIN1");
    co_await db.execute("TRUNCATE pairs");
    auto in = co_await db.copy_in<pair_row>(table("pairs"), format);
    in.push({1, "s\xfc\xdf", "\xe9\\\n\""});
    EXPECT_EQ(co_await in.finish(), 1u);
    const auto stored = co_await db.fetch_one<pair_row>("SELECT * FROM pairs");
    EXPECT_EQ(stored, (pair_row{1, "süß", "é\\\n\""}));
    const std::vector<pair_row> back = co_await all_of(co_await db.copy_out<pair_row>(table("pairs"), format));
    EXPECT_EQ(back, (std::vector<pair_row>{{1, "s\xfc\xdf", "\xe9\\\n\""}}));
  }
}

ASYNC_TEST(copy_text, names_the_line_that_is_not_in_the_encoding) {
  connection db = co_await with_pairs();
  auto in = co_await db.copy_in<pair_row>(table("pairs"), copy_options::csv().encoding("UTF8"));
  in.push({1, "süß", "b"});
  in.push({2, "s\xfc\xdf", "b"});
  const error_info failed = co_await error_of(in.finish());
  EXPECT_EQ(failed.code(), sqlstate::character_not_in_repertoire) << failed.message();
  EXPECT_NE(failed.server()->where.find("line 2"), std::string::npos) << failed.server()->where;
}

ASYNC_TEST(copy_text, passes_bytes_of_an_encoding_that_hides_backslashes) {
  connection db = co_await with_pairs();
  const auto sjis = copy_options::text().encoding("SJIS");
  EXPECT_EQ((co_await error_of(db.copy_in<pair_row>(table("pairs"), sjis))).code(), errc::invalid_option);
  EXPECT_EQ((co_await error_of(db.copy_out<pair_row>(table("pairs"), sjis))).code(), errc::invalid_option);
  const std::string line = "1\t\x83\x5c\tb\n";  // U+30BD, whose second byte is a backslash
  co_await copy_in_from(db, copy_bytes(protocol::as_bytes(line)), "COPY pairs FROM STDIN" + sjis.from_clause());
  EXPECT_EQ(co_await db.fetch_one<std::string>("SELECT a FROM pairs"), "\u30bd");
}

ASYNC_TEST(copy_text, names_the_line_that_the_server_refuses_at_once) {
  connection db = co_await connect_to("DSN");
  co_await db.execute_script("CREATE TEMP TABLE numbers (n int)");
  auto in = co_await db.copy_in<std::string>(table("numbers"), copy_options::csv());
  error_info failed;
  int pushed = 0;
  try {
    for (; pushed < 10'000'000; ++pushed)
      if (in.push(pushed == 5000 ? std::string("five thousand") : std::to_string(pushed))) co_await in.flush();
  } catch (const error& e) {
    failed = e.info();
  }
  EXPECT_LT(pushed, 2'000'000);
  EXPECT_EQ(failed.code(), sqlstate::invalid_text_representation);
  EXPECT_NE(failed.server()->where.find("line 5001, column n: \"five thousand\""), std::string::npos)
      << failed.server()->where;
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM numbers"), 0);
}

ASYNC_TEST(copy_text, reports_what_the_server_thinks_of_options_that_do_not_go_together) {
  connection db = co_await with_pairs();
  const auto same = copy_options::csv().delimiter('"');
  EXPECT_TRUE((co_await error_of(db.copy_in<pair_row>(table("pairs"), same))).server());
  EXPECT_TRUE((co_await error_of(db.copy_out<pair_row>(table("pairs"), same))).server());
  const auto unknown = copy_options::csv().force_quote("c");
  EXPECT_EQ((co_await error_of(db.copy_in<pair_row>(table("pairs"), unknown))).code(), errc::no_such_column);
}

ASYNC_TEST(copy_text, loads_nothing_where_it_is_dropped_unfinished) {
  connection db = co_await with_pairs();
  {
    auto in = co_await db.copy_in<pair_row>(table("pairs"), copy_options::csv());
    for (int i = 0; i < 30000; ++i)
      if (in.push({i, "a", "b"})) co_await in.flush();
  }
  EXPECT_EQ(co_await db.fetch_one<std::int64_t>("SELECT count(*) FROM pairs"), 0);
}

ASYNC_TEST(copy_text, gives_its_clauses_to_copies_of_bytes) {
  connection db = co_await with_pairs();
  const auto format = copy_options::csv().delimiter(';').header();
  const std::string csv = "id;a;b\n1;x;\n";
  const auto in =
      co_await copy_in_from(db, copy_bytes(protocol::as_bytes(csv)), "COPY pairs FROM STDIN" + format.from_clause());
  EXPECT_EQ(in.rows, 1u);
  std::string back;
  auto sink = [&back](copy_bytes bytes) { back += protocol::as_text(bytes); };
  co_await copy_out_to(db, sink, "COPY pairs TO STDOUT" + format.to_clause());
  EXPECT_EQ(back, csv);
}

}  // namespace
}  // namespace pgcoro::test
