#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <pgcoro/as_result.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/enumeration.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/visit.hpp>

#include "unit/replication/capture_file.hpp"
#include "unit/replication/stream_builder.hpp"

namespace pgcoro::test {
namespace {

using replication::maybe_unchanged;

BOOST_DEFINE_ENUM_CLASS(mood, sad, ok, happy)

// By name, in another order than the table's.
struct order {
  maybe_unchanged<std::optional<std::string>> note;
  std::int64_t id = 0;
  std::optional<std::string> customer;
  std::optional<numeric> amount;
  std::optional<postgres_time> placed;
  std::optional<test::mood> mood;
};
BOOST_DESCRIBE_STRUCT(order, (), (note, id, customer, amount, placed, mood))

struct order_key {
  std::int64_t id = 0;
};

struct narrow {
  std::int64_t id = 0;
  std::string absent = "as it was";
};
BOOST_DESCRIBE_STRUCT(narrow, (), (id, absent))

}  // namespace
}  // namespace pgcoro::test
template <>
inline constexpr bool pgcoro::is_lax<pgcoro::test::narrow> = true;
namespace pgcoro::test {
namespace {

/// The changes of the captured workload's first table, one after the other.
class captured_orders : public testing::TestWithParam<const char*> {
 protected:
  template <class Message>
  std::vector<Message> all(std::string_view table) {
    std::vector<Message> found;
    for (const captured_message& captured : capture.messages) {
      replication::message m;
      EXPECT_FALSE(decoder.decode(captured.start, captured.data, m));
      if (const auto* const change = std::get_if<Message>(&m))
        if (change->relation->name() == table) found.push_back(*change);
    }
    return found;
  }

  capture_file capture = read_capture(GetParam());
  replication::pgoutput_decoder decoder{capture.options};
};

TEST_P(captured_orders, become_structs_by_name_in_either_format) {
  const auto inserts = all<replication::insert>("orders");
  ASSERT_GE(inserts.size(), 3U);
  const order first = inserts[0].row.as<order>();
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.customer, "Ann");
  EXPECT_EQ(to_string(first.amount.value()), "12.50");
  EXPECT_EQ(to_string(first.placed.value()), "2024-02-29 12:30:00.5+00");
  EXPECT_EQ(first.mood, mood::happy);
  ASSERT_FALSE(first.note.is_unchanged());
  EXPECT_EQ(*first.note, std::nullopt);
  const order second = inserts[1].row.as<order>();
  EXPECT_EQ(second.customer, "");
  EXPECT_EQ((*second.note)->size(), 70U * 32U);
  EXPECT_EQ(inserts[2].row["customer"].as<std::string>(), "Zoë");
  EXPECT_EQ(visit(inserts[2].row["id"], [](const auto& value) { return std::string(typeid(value).name()); }),
            typeid(std::int64_t).name());
}

TEST_P(captured_orders, say_which_value_was_left_unchanged) {
  const auto updates = all<replication::update>("orders");
  ASSERT_EQ(updates.size(), 2U);
  const auto& [xid, table, old, row] = updates[0];
  EXPECT_FALSE(old);
  EXPECT_TRUE(row["note"].is_unchanged());
  EXPECT_FALSE(row["note"].is_null());
  EXPECT_TRUE(row["placed"].is_null());
  EXPECT_TRUE(row.as<order>().note.is_unchanged());
  EXPECT_EQ(row["note"].get<std::string>().error().code(), errc::not_available);
  const auto strict = row.get<std::tuple<std::int64_t, std::string, numeric, std::optional<postgres_time>,
                                         std::optional<mood>, std::optional<std::string>>>();
  ASSERT_TRUE(strict.has_error());
  EXPECT_EQ(strict.error().code(), errc::not_available);
  EXPECT_EQ(strict.error().column(), "note");
}

TEST_P(captured_orders, have_keys_that_are_rows_of_their_own) {
  const auto updates = all<replication::update>("orders");
  ASSERT_TRUE(updates[1].old.is_key());
  EXPECT_EQ(updates[1].old.size(), 1U);
  EXPECT_EQ(updates[1].old.as<order_key>().id, 1);
  EXPECT_EQ(updates[1].old["id"].as<int>(), 1);
  EXPECT_EQ(updates[1].row["id"].as<int>(), 102);
}

TEST_P(captured_orders, take_from_a_whole_old_row_what_is_unchanged) {
  const auto updates = all<replication::update>("whole");
  ASSERT_EQ(updates.size(), 1U);
  ASSERT_FALSE(updates[0].old.is_key());
  EXPECT_TRUE(updates[0].row[1].is_unchanged());
  using whole = std::tuple<int, std::string, std::vector<std::optional<int>>>;
  const auto [id, note, tags] = updates[0].row.as<whole>();
  EXPECT_EQ(id, 2);
  EXPECT_EQ(note.size(), 70U * 32U);
  EXPECT_EQ(tags, (std::vector<std::optional<int>>{1, std::nullopt, 3}));
}

TEST_P(captured_orders, may_be_looked_at_field_by_field) {
  std::string seen;
  const auto inserts = all<replication::insert>("orders");
  for (const replication::tuple_field f : inserts.at(0).row) seen += std::string(f.name()) + (f.is_null() ? "? " : " ");
  EXPECT_EQ(seen, "id customer amount placed mood note? ");
}

INSTANTIATE_TEST_SUITE_P(formats, captured_orders, testing::Values("13-1", "14-2", "18-1", "18-4"), [](const auto& of) {
  std::string name = of.param;
  name[2] = '_';
  return name;
});

TEST(typed_rows, may_ignore_columns_and_leave_members) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, {{"note", oids::text}, {"id", oids::int8, true}}));
  const auto change =
      stream.take<replication::insert>(byte_writer().u8('I').u32(1).u8('N').u16(2).value('t', "x").value('t', "5"));
  const narrow row = change.row.as<narrow>();
  EXPECT_EQ(row.id, 5);
  EXPECT_EQ(row.absent, "as it was");
}

TEST(typed_rows, take_each_value_in_its_own_format) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, {{"a", oids::int4}, {"b", oids::int4}}));
  const std::string_view seven("\0\0\0\7", 4);
  const auto row = [&](char first, std::string_view a, char second, std::string_view b) {
    return stream
        .take<replication::insert>(byte_writer().u8('I').u32(1).u8('N').u16(2).value(first, a).value(second, b))
        .row.as<std::pair<int, int>>();
  };
  EXPECT_EQ(row('t', "3", 'b', seven), std::pair(3, 7));
  EXPECT_EQ(row('b', seven, 't', "3"), std::pair(7, 3));
}

TEST(typed_rows, that_do_not_fit_are_errors_naming_the_column) {
  stream_builder stream;
  stream.begin();
  stream.take(relation_message(1, {{"id", oids::int8, true}, {"name", oids::text}}));
  const auto change =
      stream.take<replication::insert>(byte_writer().u8('I').u32(1).u8('N').u16(2).value('t', "70000").u8('n'));
  const auto code = [&]<class T>(std::type_identity<T>) { return change.row.get<T>().error(); };
  EXPECT_EQ(code(std::type_identity<std::tuple<int>>()).code(), errc::column_count_mismatch);
  EXPECT_EQ(code(std::type_identity<std::tuple<bool, std::string>>()).code(), errc::type_mismatch);
  EXPECT_EQ(code(std::type_identity<std::tuple<int, std::string>>()).code(), errc::unexpected_null);
  EXPECT_EQ(code(std::type_identity<std::tuple<int, std::string>>()).column(), "name");
  const error_info narrow_id = code(std::type_identity<std::tuple<std::int16_t, std::optional<std::string>>>());
  EXPECT_EQ(narrow_id.code(), errc::out_of_range);
  EXPECT_EQ(narrow_id.column(), "id");
  EXPECT_THROW(static_cast<void>(change.row["none"]), error);
  EXPECT_THROW(static_cast<void>(change.row[2]), error);
}

}  // namespace
}  // namespace pgcoro::test
