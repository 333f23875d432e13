// Replication slots: the server's memory of how far somebody has read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/types/lsn.hpp>

namespace pgcoro::replication {

/// What a new logical slot does with the snapshot of the moment in which its stream begins.
enum class snapshot : unsigned char {
  nothing,
  export_,  ///< other sessions may use it (SET TRANSACTION SNAPSHOT) until the next command on this connection
  use,      ///< for the transaction that is open on this connection, and of which it has to be the first statement:
            ///< connection::query("BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ")
};

/// Trivially destructible: safe as a braced argument within `co_await`. What `plugin` points to is only read by the
/// call.
struct logical_slot_options {
  std::string_view plugin = "pgoutput";
  bool temporary = false;  ///< gone with the connection
  replication::snapshot snapshot = snapshot::nothing;
  bool two_phase = false;  ///< PostgreSQL 15 or newer
  bool failover = false;   ///< kept on standbys, too; PostgreSQL 17 or newer
};

struct physical_slot_options {
  bool temporary = false;
  bool reserve_wal = false;  ///< from now on, not from the first use
};

/// What CREATE_REPLICATION_SLOT answers.
struct created_slot {
  std::string name;
  lsn consistent_point;                 ///< from where its stream begins; of a physical slot 0/0, or what is reserved
  std::optional<std::string> snapshot;  ///< of `snapshot::export_`
  std::optional<std::string> plugin;
};

/// What READ_REPLICATION_SLOT answers of a physical slot. PostgreSQL 15 or newer.
struct physical_slot_state {
  lsn restart_lsn;  ///< invalid where nothing is reserved
  std::uint32_t restart_timeline = 0;
};

/// What ALTER_REPLICATION_SLOT may change.
struct slot_changes {
  std::optional<bool> failover{};   ///< PostgreSQL 17 or newer
  std::optional<bool> two_phase{};  ///< PostgreSQL 18 or newer
};

/// What IDENTIFY_SYSTEM answers.
struct system_identity {
  std::uint64_t system_id = 0;
  std::uint32_t timeline = 0;
  lsn position;                         ///< up to where the log has been flushed
  std::optional<std::string> database;  ///< none on a physical connection
};

/// What TIMELINE_HISTORY answers.
struct timeline_history {
  std::string file_name;
  std::string content;
};

}  // namespace pgcoro::replication
