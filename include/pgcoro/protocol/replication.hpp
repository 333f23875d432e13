// The envelope of streaming replication: messages inside CopyData, each with a kind byte of its own.
//
//   switch (replication_kind(data)) { case 'w': parse(data, log) …; case 'k': parse(data, alive) …; }
//   write(out, standby_status_update{.written = lsn, .flushed = lsn, .applied = lsn, .clock = now});
//
// Parsers take CopyData's body, kind byte included; writers write the whole CopyData message. Positions are LSNs, times
// are microseconds since 2000-01-01 00:00 UTC. Protocol documentation, "Streaming Replication Protocol".
#pragma once

#include <cstdint>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/protocol_error.hpp>
#include <pgcoro/protocol/reader.hpp>

namespace pgcoro::protocol {

/// From the server: a piece of the write-ahead log, or of the decoded changes.
struct xlog_data {
  static constexpr char kind = 'w';
  std::uint64_t start = 0;
  std::uint64_t server_end = 0;  ///< the end of the log on the server
  std::int64_t clock = 0;        ///< when it was sent
  bytes_view data{};
};
/// From the server: it is alive.
struct primary_keepalive {
  static constexpr char kind = 'k';
  std::uint64_t server_end = 0;
  std::int64_t clock = 0;
  bool reply_requested = false;  ///< answer at once, or be taken for dead
};
/// From the client: how far it has come. Each is the position after the last byte.
struct standby_status_update {
  static constexpr char kind = 'r';
  std::uint64_t written = 0;
  std::uint64_t flushed = 0;
  std::uint64_t applied = 0;
  std::int64_t clock = 0;
  bool reply_requested = false;  ///< ask the server for a keepalive at once
};
/// From the client: which old rows its queries still need.
struct hot_standby_feedback {
  static constexpr char kind = 'h';
  std::int64_t clock = 0;
  std::uint32_t xmin = 0;  ///< 0, with epoch 0: no feedback any more
  std::uint32_t xmin_epoch = 0;
  std::uint32_t catalog_xmin = 0;
  std::uint32_t catalog_xmin_epoch = 0;
};

/// The kind byte of what CopyData carries in a replication stream; 0 where it is empty.
[[nodiscard]] inline char replication_kind(bytes_view copied) noexcept {
  return copied.empty() ? '\0' : static_cast<char>(copied[0]);
}

/// Inline: it runs for every change.
[[nodiscard]] inline protocol_error parse(bytes_view copied, xlog_data& out) noexcept {
  reader in(copied);
  if (in.u8() != static_cast<std::uint8_t>(xlog_data::kind)) in.fail("unexpected kind of message", 0);
  out.start = in.u64();
  out.server_end = in.u64();
  out.clock = in.i64();
  out.data = in.rest();
  return in.finish("XLogData");
}
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view copied, primary_keepalive& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view copied, standby_status_update& out) noexcept;
[[nodiscard]] PGCORO_DECL protocol_error parse(bytes_view copied, hot_standby_feedback& out) noexcept;

/// errc::message_too_large for data above the limit.
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const xlog_data& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const primary_keepalive& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const standby_status_update& message);
[[nodiscard]] PGCORO_DECL errc write(buffer& to, const hot_standby_feedback& message);

}  // namespace pgcoro::protocol
