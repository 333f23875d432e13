#include "replication/commands.hpp"

#include <gmock/gmock.h>

#include "session/server_version.hpp"

namespace pgcoro::test {
namespace {

using namespace pgcoro::detail;
using namespace pgcoro::replication;
using testing::HasSubstr;

TEST(replication_commands, know_the_servers_version) {
  EXPECT_EQ(major_version("15.4 (Debian 15.4-1.pgdg120+1)"), 15);
  EXPECT_EQ(major_version("18beta1"), 18);
  EXPECT_EQ(major_version("devel"), 0);
}

TEST(replication_commands, create_slots_as_each_version_spells_it) {
  EXPECT_EQ(create_slot_command(14, "s", logical_slot_options{.snapshot = snapshot::export_}).value(),
            R"(CREATE_REPLICATION_SLOT "s" LOGICAL "pgoutput" EXPORT_SNAPSHOT)");
  EXPECT_EQ(create_slot_command(17, "s", logical_slot_options{.temporary = true, .two_phase = true, .failover = true})
                .value(),
            R"(CREATE_REPLICATION_SLOT "s" TEMPORARY LOGICAL "pgoutput" (SNAPSHOT 'nothing', TWO_PHASE, FAILOVER))");
  EXPECT_EQ(create_slot_command(13, "s", physical_slot_options{.reserve_wal = true}).value(),
            R"(CREATE_REPLICATION_SLOT "s" PHYSICAL RESERVE_WAL)");
  EXPECT_EQ(create_slot_command(18, "s", physical_slot_options{.reserve_wal = true}).value(),
            R"(CREATE_REPLICATION_SLOT "s" PHYSICAL (RESERVE_WAL))");
}

TEST(replication_commands, refuse_what_the_server_is_too_old_for) {
  const auto message = [](const auto& refused) {
    EXPECT_EQ(refused.error().code(), errc::unsupported_server);
    return refused.error().message();
  };
  EXPECT_EQ(message(create_slot_command(14, "s", logical_slot_options{.two_phase = true})),
            "a two-phase slot needs PostgreSQL 15 or newer; the server is version 14");
  EXPECT_THAT(message(create_slot_command(16, "s", logical_slot_options{.failover = true})), HasSubstr("17"));
  EXPECT_THAT(message(read_slot_command(14, "s")), HasSubstr("15"));
  EXPECT_THAT(message(alter_slot_command(16, "s", {.failover = true})), HasSubstr("17"));
  EXPECT_THAT(message(alter_slot_command(17, "s", {.two_phase = true})), HasSubstr("18"));
  pgoutput_options options("p");
  options.streaming = streaming_mode::parallel;
  EXPECT_THAT(message(pgoutput_plugin_options(15, options)), HasSubstr("parallel streaming needs PostgreSQL 16"));
  options.streaming = streaming_mode::on;
  EXPECT_THAT(message(pgoutput_plugin_options(13, options)), HasSubstr("14"));
  options.streaming = streaming_mode::off;
  options.binary = true;
  EXPECT_THAT(message(pgoutput_plugin_options(13, options)), HasSubstr("14"));
}

TEST(replication_commands, quote_names_and_values) {
  EXPECT_EQ(drop_slot_command("a\"b", true).value(), R"(DROP_REPLICATION_SLOT "a""b" WAIT)");
  pgoutput_options options("it's", "a\"b\\");
  options.binary = false;
  EXPECT_EQ(
      start_logical_command("s", {0x16'0000'0001}, pgoutput_plugin_options(18, options).value()).value(),
      R"(START_REPLICATION SLOT "s" LOGICAL 16/1 ( "proto_version" '1',  "publication_names" '"it''s","a""b\"'))");
  EXPECT_EQ(show_command("pgcoro.setting").value(), R"(SHOW "pgcoro" . "setting")");
  EXPECT_EQ(drop_slot_command(std::string_view("a\0b", 3), false).error().code(), errc::embedded_nul);
}

TEST(replication_commands, ask_for_the_oldest_protocol_that_has_what_is_wanted) {
  pgoutput_options options("p");
  const auto protocol = [&](int version) { return pgoutput_plugin_options(version, options).value().values[0].second; };
  EXPECT_EQ(protocol(13), "1");
  EXPECT_EQ(protocol(18), "1");
  options.streaming = streaming_mode::on;
  EXPECT_EQ(protocol(14), "2");
  options.two_phase = true;
  EXPECT_EQ(protocol(15), "3");
  options.streaming = streaming_mode::parallel;
  EXPECT_EQ(protocol(16), "4");
}

TEST(replication_commands, start_physical_replication_with_and_without_a_slot) {
  EXPECT_EQ(start_physical_command("s", {1}, 3).value(), R"(START_REPLICATION SLOT "s" PHYSICAL 0/1 TIMELINE 3)");
  EXPECT_EQ(start_physical_command({}, {1}, 0).value(), "START_REPLICATION PHYSICAL 0/1");
}

TEST(replication_commands, ask_for_backups_as_each_version_spells_it) {
  base_backup_options options{.checkpoint = backup_checkpoint::fast, .wal = true, .max_rate = 100};
  EXPECT_EQ(
      base_backup_command(14, options).value(),
      "BASE_BACKUP LABEL 'pgcoro' PROGRESS FAST WAL MAX_RATE 100 TABLESPACE_MAP MANIFEST 'yes' MANIFEST_CHECKSUMS "
      "'CRC32C'");
  options.manifest = backup_manifest::no;
  EXPECT_EQ(base_backup_command(15, options).value(),
            "BASE_BACKUP (LABEL 'pgcoro', PROGRESS true, CHECKPOINT 'fast', WAL true, WAIT true, MAX_RATE 100, "
            "TABLESPACE_MAP true, VERIFY_CHECKSUMS true)");
}

}  // namespace
}  // namespace pgcoro::test
