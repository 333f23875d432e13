// What pgoutput says, message by message: views into received bytes, valid as long as the batch or the transaction that
// they came with.
//
//   std::visit(overloaded{[](const replication::insert& i) { … i.row.as<order>() … },
//                         [](const replication::commit& c) { … c.end_lsn … },
//                         [](const auto&) {}}, message);
//
// PostgreSQL's documentation, "Logical Replication Message Formats", has every message by these names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include <pgcoro/error.hpp>
#include <pgcoro/replication/tuple.hpp>
#include <pgcoro/types/lsn.hpp>
#include <pgcoro/types/postgres_clock.hpp>

namespace pgcoro::replication {

/// A transaction that has been committed begins.
struct begin {
  static constexpr char type = 'B';
  lsn final_lsn;  ///< of the commit
  postgres_time commit_time;
  std::uint32_t xid = 0;
};
struct commit {
  static constexpr char type = 'C';
  lsn commit_lsn;
  lsn end_lsn;  ///< what to confirm once the transaction is stored
  postgres_time commit_time;
};
/// The transaction came from elsewhere by replication; behind `begin`, or the first `stream_start`.
struct origin {
  static constexpr char type = 'O';
  lsn commit_lsn;  ///< of the commit there
  std::string_view name;
};

// In a streamed transaction each of those that follow has the (sub)transaction that it belongs to, else 0.

/// A table is described, before its first row or since it has changed.
struct relation_described {
  static constexpr char type = 'R';
  std::uint32_t xid = 0;
  const replication::relation* relation = nullptr;
};
/// A type of a column that is not built in.
struct type_described {
  static constexpr char type = 'Y';
  std::uint32_t xid = 0;
  oid id = 0;
  std::string_view schema;  ///< of a domain: this and the name are those of the type that it restricts
  std::string_view name;
};
struct insert {
  static constexpr char type = 'I';
  std::uint32_t xid = 0;
  const replication::relation* relation = nullptr;
  tuple_view row;
};
struct update {
  static constexpr char type = 'U';
  std::uint32_t xid = 0;
  const replication::relation* relation = nullptr;
  tuple_view old;  ///< the whole old row, or its key where that changed, or nothing
  tuple_view row;
};
struct delete_ {
  static constexpr char type = 'D';
  std::uint32_t xid = 0;
  const replication::relation* relation = nullptr;
  tuple_view old;  ///< the whole row, or its key
};
struct truncate {
  static constexpr char type = 'T';
  std::uint32_t xid = 0;
  std::span<const replication::relation* const> relations;
  bool cascade = false;
  bool restart_identity = false;
};
/// What pg_logical_emit_message() wrote. Sent where `pgoutput_options::messages` asks for it.
struct logical_message {
  static constexpr char type = 'M';
  std::uint32_t xid = 0;
  lsn position;
  std::string_view prefix;
  std::span<const std::byte> content;
  bool transactional = false;
};

/// A piece of a transaction that is still open and too large for the server's memory.
struct stream_start {
  static constexpr char type = 'S';
  std::uint32_t xid = 0;
  bool first_segment = false;
};
struct stream_stop {
  static constexpr char type = 'E';
};
struct stream_commit {
  static constexpr char type = 'c';
  std::uint32_t xid = 0;
  lsn commit_lsn;
  lsn end_lsn;
  postgres_time commit_time;
};
/// What belongs to `subxid` is void; all of the transaction where that is `xid`.
struct stream_abort {
  static constexpr char type = 'A';
  std::uint32_t xid = 0;
  std::uint32_t subxid = 0;
  lsn abort_lsn;  ///< this and the time: with `streaming_mode::parallel` alone
  postgres_time abort_time;
};

struct begin_prepare {
  static constexpr char type = 'b';
  lsn prepare_lsn;
  lsn end_lsn;
  postgres_time prepare_time;
  std::uint32_t xid = 0;
  std::string_view gid;
};
struct prepare {
  static constexpr char type = 'P';
  lsn prepare_lsn;
  lsn end_lsn;
  postgres_time prepare_time;
  std::uint32_t xid = 0;
  std::string_view gid;
};
struct commit_prepared {
  static constexpr char type = 'K';
  lsn commit_lsn;
  lsn end_lsn;
  postgres_time commit_time;
  std::uint32_t xid = 0;
  std::string_view gid;
};
struct rollback_prepared {
  static constexpr char type = 'r';
  lsn prepare_end_lsn;
  lsn rollback_end_lsn;
  postgres_time prepare_time;
  postgres_time rollback_time;
  std::uint32_t xid = 0;
  std::string_view gid;
};
struct stream_prepare {
  static constexpr char type = 'p';
  lsn prepare_lsn;
  lsn end_lsn;
  postgres_time prepare_time;
  std::uint32_t xid = 0;
  std::string_view gid;
};

/// Not from pgoutput: the connection was lost, and the stream goes on over a new one. Whatever was received of a
/// transaction that had not come to its end comes again from its beginning; the relations do, too.
struct resumed {
  lsn from;                             ///< nothing up to there comes again
  const error_info* because = nullptr;  ///< how the connection was lost
  std::uint32_t attempts = 0;           ///< how often connecting was tried
};

using message_body = std::variant<begin, commit, origin, relation_described, type_described, insert, update, delete_,
                                  truncate, logical_message, stream_start, stream_stop, stream_commit, stream_abort,
                                  begin_prepare, prepare, commit_prepared, rollback_prepared, stream_prepare, resumed>;

struct message : message_body {
  using message_body::message_body;
  using message_body::operator=;

  lsn position;  ///< where the server was in the log
};

/// As PostgreSQL's documentation calls it: "Insert", "Stream Commit" …; "message" for what is none.
[[nodiscard]] PGCORO_DECL const char* name_of_message(char type) noexcept;

}  // namespace pgcoro::replication
