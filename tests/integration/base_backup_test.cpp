// Base backups of a real server.
#include <gmock/gmock.h>

#include <pgcoro/replication/connection.hpp>

#include "support/async_test.hpp"
#include "support/environment.hpp"

namespace pgcoro::test {
namespace {

namespace repl = pgcoro::replication;

ASYNC_TEST(base_backup, streams_archives_progress_and_manifest) {
  repl::connection repl = co_await repl::connect(options_of("DSN"));
  const repl::base_backup_options options{.checkpoint = repl::backup_checkpoint::fast, .wal = true};
  repl::backup_stream backup = co_await repl.base_backup(options);
  EXPECT_TRUE(backup.start().is_valid());
  EXPECT_EQ(backup.timeline(), 1U);
  EXPECT_FALSE(backup.tablespaces().empty());
  EXPECT_TRUE(backup.tablespaces().back().size);
  std::string archive_name;
  std::string manifest;
  std::uint64_t archived = 0;
  std::uint64_t progress = 0;
  bool in_manifest = false;
  while (const std::optional<repl::backup_part> part = co_await backup.next()) {
    using kind = repl::backup_part::kind;
    if (part->what == kind::archive) archive_name = part->name;
    if (part->what == kind::manifest) in_manifest = true;
    if (part->what == kind::progress) progress = part->done;
    if (part->what == kind::data && !in_manifest) archived += part->data.size();
    if (part->what == kind::data && in_manifest) manifest += protocol::as_text(part->data);
  }
  EXPECT_EQ(archive_name, "base.tar");
  EXPECT_GT(archived, 10'000'000U);
  EXPECT_EQ(archived % 512, 0U);
  EXPECT_THAT(manifest, testing::StartsWith("{ \"PostgreSQL-Backup-Manifest-Version\""));
  EXPECT_THAT(manifest, testing::HasSubstr("Manifest-Checksum"));
  EXPECT_TRUE(progress > 0U || server_version() < 15);
  EXPECT_GT(backup.end(), backup.start());
  const repl::system_identity who = co_await repl.identify_system();
  EXPECT_NE(who.system_id, 0U);
  co_await repl.close();
}

}  // namespace
}  // namespace pgcoro::test
