// What to ask BASE_BACKUP for. Protocol documentation, "Streaming Replication Protocol": BASE_BACKUP.
#pragma once

#include <cstdint>
#include <string_view>

namespace pgcoro::replication {

enum class backup_checkpoint : unsigned char { spread, fast };
enum class backup_manifest : unsigned char { no, yes, force_encode };
enum class manifest_checksums : unsigned char { none, crc32c, sha224, sha256, sha384, sha512 };

/// Trivially destructible: safe as a braced argument within `co_await`. What `label` points to is only read by the
/// call.
struct base_backup_options {
  std::string_view label = "pgcoro";
  backup_checkpoint checkpoint = backup_checkpoint::spread;
  bool progress = true;          ///< sizes are estimated in advance, and the server says how far it has come
  bool wal = false;              ///< include the log that the backup needs to be consistent
  bool wait = true;              ///< until the last segment of that log is archived
  bool tablespace_map = true;    ///< a file that says where the tablespaces were
  bool verify_checksums = true;  ///< of pages, where the cluster has them
  std::uint32_t max_rate = 0;    ///< in kB/s; 0: as fast as may be
  backup_manifest manifest = backup_manifest::yes;
  manifest_checksums checksums = manifest_checksums::crc32c;
};

}  // namespace pgcoro::replication
