// pg_snapshot, and txid_snapshot, its older name: which transactions a statement sees. PostgreSQL manual, "Transaction
// ID and Snapshot Information Functions".
//
//   auto now = co_await db.fetch_one<pgcoro::transaction_snapshot>("SELECT pg_current_snapshot()");
//   if (now.sees(writer)) …
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/types/transaction_id.hpp>

namespace pgcoro {

struct transaction_snapshot {
  xid8 xmin{1};                   ///< everything below is over
  xid8 xmax{1};                   ///< from here on nothing had begun
  std::vector<xid8> in_progress;  ///< between the two, ascending

  /// Whether the transaction was over, committed or rolled back, when the snapshot was taken.
  [[nodiscard]] PGCORO_DECL bool sees(xid8 transaction) const noexcept;
  /// What the server asks of one: 1 <= xmin <= xmax < 2^63, and `in_progress` distinct, ascending, xmin <= x < xmax.
  [[nodiscard]] PGCORO_DECL bool is_valid() const noexcept;

  friend bool operator==(const transaction_snapshot&, const transaction_snapshot&) = default;
};

/// "10:20:10,14,15"
[[nodiscard]] PGCORO_DECL std::string to_string(const transaction_snapshot& value);
/// errc::invalid_value where it is no snapshot, or not a valid one; errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, transaction_snapshot& out);

/// A snapshot that is not valid is errc::out_of_range when it is sent.
template <>
struct codec<transaction_snapshot> {
  static constexpr std::string_view name = "pgcoro::transaction_snapshot";
  static constexpr oid declared_oid = oids::pg_snapshot;

  PGCORO_DECL static decode_function<transaction_snapshot> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<transaction_snapshot> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
