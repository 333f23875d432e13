#include "replication/transaction_assembler.hpp"

#include <gmock/gmock.h>
#include <map>
#include <thread>

#include <pgcoro/types/array.hpp>

#include "unit/replication/capture_file.hpp"
#include "unit/replication/stream_builder.hpp"

namespace pgcoro::test {
namespace {

using detail::transaction_assembler;
using replication::transaction;
using kind = transaction::kind;

std::vector<transaction> assemble(const capture_file& capture, std::size_t memory_limit = 1 << 20) {
  transaction_assembler assembler(capture.options, memory_limit);
  std::vector<transaction> all;
  for (const captured_message& m : capture.messages) {
    // The bytes are gone when the transaction is looked at.
    std::vector<std::byte> copy = m.data;
    const error_info failed = assembler.push(m.start, copy);
    EXPECT_FALSE(failed) << failed.what();
    if (assembler.ready()) all.push_back(assembler.take());
  }
  EXPECT_EQ(assembler.memory(), 0U);
  return all;
}

/// "parts: 12, whole: 1", of inserts.
std::map<std::string, int> inserts(const transaction& t) {
  std::map<std::string, int> counted;
  for (const replication::message& m : t.changes())
    if (const auto* const i = std::get_if<replication::insert>(&m)) ++counted[i->row.relation().name()];
  return counted;
}

TEST(transaction_assembler, gives_a_streamed_transaction_whole_and_without_what_was_rolled_back) {
  using testing::ElementsAre;
  using testing::Pair;
  for (const char* name : {"14-2", "15-3", "16-4", "18-3", "18-4"}) {
    SCOPED_TRACE(name);
    const std::vector<transaction> all = assemble(read_capture(name));
    int streamed = 0;
    for (const transaction& t : all) {
      if (!inserts(t).contains("parts") || inserts(t)["parts"] < 20) continue;
      ++streamed;
      // 12 before the savepoint, 12 of it that were rolled back, 12 after it.
      EXPECT_THAT(inserts(t), ElementsAre(Pair("parts", 24), Pair("whole", 1)));
      EXPECT_EQ(t.what, kind::committed);
    }
    EXPECT_EQ(streamed, 1);
  }
}

TEST(transaction_assembler, gives_the_same_transactions_whether_they_were_streamed_or_not) {
  for (const char* version : {"14", "15", "16", "17", "18"}) {
    SCOPED_TRACE(version);
    const auto committed = [](const std::vector<transaction>& all) {
      std::vector<std::map<std::string, int>> counted;
      for (const transaction& t : all)
        if (t.what == kind::committed && !inserts(t).empty()) counted.push_back(inserts(t));
      return counted;
    };
    const std::string newest = std::string(version) == "14" ? "-2" : std::string(version) == "15" ? "-3" : "-4";
    auto streamed = committed(assemble(read_capture(version + newest)));
    auto whole = committed(assemble(read_capture(std::string(version) + "-1")));
    // Without two_phase, what was prepared comes as it is committed: the last two.
    if (newest != "-2") whole.resize(whole.size() - 2);
    EXPECT_EQ(streamed, whole);
  }
}

TEST(transaction_assembler, tells_what_becomes_of_prepared_transactions) {
  std::vector<std::string> told;
  for (const transaction& t : assemble(read_capture("18-4"))) {
    if (t.gid.empty()) continue;
    const char* const what = t.what == kind::prepared            ? "prepared"
                             : t.what == kind::commit_prepared   ? "commit"
                             : t.what == kind::rollback_prepared ? "rollback"
                                                                 : "?";
    told.push_back(std::string(what) + " " + t.gid + " " + std::to_string(t.changes().size()));
    EXPECT_TRUE(t.end_lsn.is_valid());
  }
  // The large one has two descriptions of relations or types and its twelve rows.
  ASSERT_EQ(told.size(), 6U);
  EXPECT_THAT(told[0], testing::StartsWith("prepared kept "));
  EXPECT_THAT(told[1], testing::StartsWith("prepared dropped "));
  EXPECT_THAT(told[2], testing::StartsWith("prepared large 1"));
  EXPECT_EQ(told[3], "commit kept 0");
  EXPECT_EQ(told[4], "rollback dropped 0");
  EXPECT_EQ(told[5], "commit large 0");
}

TEST(transaction_assembler, says_where_a_transaction_came_from) {
  int found = 0;
  for (const transaction& t : assemble(read_capture("15-3"))) found += t.origin == "elsewhere" ? 1 : 0;
  EXPECT_EQ(found, 1);
}

TEST(transaction_assembler, gives_messages_that_are_part_of_no_transaction_alone) {
  int found = 0;
  for (const transaction& t : assemble(read_capture("18-4"))) {
    if (t.what != kind::message) continue;
    ++found;
    ASSERT_EQ(t.changes().size(), 1U);
    const auto& m = std::get<replication::logical_message>(t.changes()[0]);
    EXPECT_EQ(m.prefix, "greeting");
    EXPECT_EQ(protocol::as_text(m.content), "alone");
    EXPECT_EQ(t.end_lsn, m.position + 1);
  }
  EXPECT_EQ(found, 1);
}

TEST(transaction_assembler, gives_transactions_that_outlive_it_and_may_be_read_on_other_threads) {
  auto kept = std::make_unique<std::vector<transaction>>(assemble(read_capture("18-4")));
  std::size_t seen[2] = {};
  const auto read = [&](std::size_t& count) {
    for (const transaction& t : *kept)
      for (const replication::message& m : t.changes())
        if (const auto* const i = std::get_if<replication::insert>(&m))
          if (i->row.relation().name() == "parts")
            count += static_cast<std::size_t>(
                         std::get<0>(i->row.as<std::tuple<int, int, std::optional<std::vector<std::string>>>>())) > 0;
  };
  std::thread other(read, std::ref(seen[0]));
  read(seen[1]);
  other.join();
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_GT(seen[0], 24U);
}

TEST(transaction_assembler, does_not_take_more_memory_than_it_may) {
  transaction_assembler assembler({}, 4096);
  const auto push = [&](const byte_writer& written) { return assembler.push({1}, written.bytes()); };
  ASSERT_FALSE(push(byte_writer().u8('S').u32(5).u8(1)));
  ASSERT_FALSE(push(relation_message(1, {{"id", oids::int4, true}}, 'd', 5)));
  error_info failed;
  int rows = 0;
  for (; !failed && rows < 100; ++rows)
    failed = push(byte_writer().u8('I').u32(5).u32(1).u8('N').u16(1).value('t', "1"));
  EXPECT_EQ(failed.code(), errc::message_too_large);
  EXPECT_GT(rows, 5);
  EXPECT_LT(rows, 40);
  EXPECT_LT(assembler.memory(), 4096U + 512U);
}

TEST(transaction_assembler, counts_open_transactions_that_have_no_changes) {
  transaction_assembler assembler({}, 1 << 20);
  error_info failed;
  std::uint32_t xid = 1;
  for (; !failed && xid < 1'000'000; ++xid) {
    failed = assembler.push({1}, byte_writer().u8('S').u32(xid).u8(1).bytes());
    if (!failed) failed = assembler.push({1}, byte_writer().u8('E').bytes());
  }
  EXPECT_EQ(failed.code(), errc::message_too_large);
  EXPECT_LT(xid, 100'000U);
}

TEST(transaction_assembler, gives_memory_back_when_a_savepoint_is_rolled_back) {
  transaction_assembler assembler({}, 1 << 20);
  const auto push = [&](const byte_writer& written) { ASSERT_FALSE(assembler.push({1}, written.bytes())); };
  push(byte_writer().u8('S').u32(5).u8(1));
  push(relation_message(1, {{"id", oids::int4, true}}, 'd', 5));
  const std::size_t before = assembler.memory();
  push(byte_writer().u8('I').u32(6).u32(1).u8('N').u16(1).value('t', "1"));
  EXPECT_GT(assembler.memory(), before);
  push(byte_writer().u8('E'));
  push(byte_writer().u8('A').u32(5).u32(6));
  EXPECT_EQ(assembler.memory(), before);
  push(byte_writer().u8('A').u32(5).u32(5));
  EXPECT_EQ(assembler.memory(), 0U);
}

}  // namespace
}  // namespace pgcoro::test
