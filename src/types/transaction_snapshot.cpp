#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

#include <pgcoro/types/transaction_snapshot.hpp>

#include "types/text_scanner.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

constexpr std::uint64_t greatest = std::numeric_limits<std::int64_t>::max();

bool is_snapshot_type(oid type) noexcept { return type == oids::pg_snapshot || type == oids::txid_snapshot; }

}  // namespace

bool transaction_snapshot::sees(xid8 transaction) const noexcept {
  if (transaction < xmin) return true;
  return transaction < xmax && !std::ranges::binary_search(in_progress, transaction);
}

bool transaction_snapshot::is_valid() const noexcept {
  if (xmin.value == 0 || xmax < xmin || xmax.value > greatest) return false;
  if (in_progress.empty()) return true;
  return in_progress.front() >= xmin && in_progress.back() < xmax &&
         std::ranges::adjacent_find(in_progress, std::greater_equal()) == in_progress.end();
}

std::string to_string(const transaction_snapshot& value) {
  std::string out = to_string(value.xmin) + ":" + to_string(value.xmax) + ":";
  for (std::size_t i = 0; i < value.in_progress.size(); ++i) {
    if (i != 0) out.push_back(',');
    out.append(to_string(value.in_progress[i]));
  }
  return out;
}

errc parse(std::string_view text, transaction_snapshot& out) {
  detail::text_scanner in(text);
  out.in_progress.clear();
  out.xmin.value = in.integer<std::uint64_t>();
  in.expect(':');
  out.xmax.value = in.integer<std::uint64_t>();
  in.expect(':');
  while (!in.at_end()) {
    if (!out.in_progress.empty()) in.expect(',');
    out.in_progress.push_back({in.integer<std::uint64_t>()});
  }
  const errc verdict = in.finish();
  if (verdict != errc{}) return verdict;
  return out.is_valid() ? errc{} : errc::invalid_value;
}

namespace detail {

/// The number of transactions in progress, xmin, xmax, then these transactions.
template <>
struct wire_format<transaction_snapshot> {
  static void read(protocol::reader& in, transaction_snapshot& out) {
    const std::int32_t count = in.i32();
    out.xmin.value = in.u64();
    out.xmax.value = in.u64();
    if (count < 0 || static_cast<std::size_t>(count) > in.remaining() / sizeof(std::uint64_t)) {
      in.fail("number of transactions");
      return;
    }
    out.in_progress.resize(static_cast<std::size_t>(count));
    for (xid8& transaction : out.in_progress) transaction.value = in.u64();
    if (!out.is_valid()) in.fail("no snapshot");
  }
  static errc write(const transaction_snapshot& value, protocol::buffer& out) {
    if (!value.is_valid() || !std::in_range<std::int32_t>(value.in_progress.size())) return errc::out_of_range;
    out.append_i32(static_cast<std::int32_t>(value.in_progress.size()));
    out.append_u64(value.xmin.value);
    out.append_u64(value.xmax.value);
    for (const xid8 transaction : value.in_progress) out.append_u64(transaction.value);
    return errc{};
  }
};

namespace {

errc write_valid_text(const transaction_snapshot& value, protocol::buffer& out, const value_type& to) {
  return value.is_valid() ? write_text_value(value, out, to) : errc::out_of_range;
}

}  // namespace
}  // namespace detail

decode_function<transaction_snapshot> codec<transaction_snapshot>::decoder(const value_type& from) noexcept {
  if (!is_snapshot_type(from.type)) return nullptr;
  return from.format == protocol::format::binary ? &detail::read_value<transaction_snapshot>
                                                 : &detail::read_text_value<transaction_snapshot>;
}

encoding<transaction_snapshot> codec<transaction_snapshot>::encoder(const value_type& to) noexcept {
  if (is_snapshot_type(to.type) && to.format == protocol::format::binary)
    return {protocol::format::binary, &detail::write_value<transaction_snapshot>};
  if (is_snapshot_type(to.type) || detail::is_open_type(to.type) || detail::is_text_type(to.type))
    return {protocol::format::text, &detail::write_valid_text};
  return {};
}

}  // namespace pgcoro
