#include "replication/base_backup_flow.hpp"

#include <utility>

#include <pgcoro/detail/raw_copy.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/row.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "replication/answer.hpp"

namespace pgcoro::detail {

base_backup_flow::base_backup_flow(std::shared_ptr<connection_core> core, std::string sql, bool one_copy)
    : flow(std::move(core), std::chrono::hours(24 * 365)), sql_(std::move(sql)), one_copy_(one_copy) {}

request* base_backup_flow::open(error_info&) { return submit_copy(core(), *this, sql_, *this, answers_); }

error_info base_backup_flow::completed(request& r) {
  error_info failed = outcome_of_copy(r, copies_ != 0, copy_direction::out, sql_);
  if (failed) parts_.clear();
  return failed ? failed : malformed_;
}

void base_backup_flow::next_batch() { parts_.clear(); }

// --- result sets ----------------------------------------------------------------------------------------------------

void base_backup_flow::describe(const std::shared_ptr<const row_layout>& layout) {
  layout_ = layout;
  ++described_;
}

/// First where the backup begins, then the tablespaces, and when all is sent, where it ends.
base_backup_flow::verdict base_backup_flow::row(std::span<const std::byte> body) {
  const std::size_t columns = layout_->description->columns.size();
  if (protocol::check_data_row(body, columns)) return verdict::malformed;
  const row_view row(*layout_->description, body.data());
  if (described_ == 2 && copies_ == 0) {
    if (columns < 3) return verdict::malformed;
    replication::backup_tablespace& found = tablespaces_.emplace_back();
    found.id = answer_number<std::uint32_t>(row[0]);
    found.location = answer_text(row[1]);
    if (!row[2].is_null()) found.size = answer_number<std::uint64_t>(row[2]);
    return verdict::ok;
  }
  if (columns < 2) return verdict::malformed;
  const lsn position = answer_position(row[0]);
  if (!position.is_valid()) return verdict::malformed;
  (copies_ == 0 ? start_ : end_) = position;
  if (copies_ == 0) timeline_ = answer_number<std::uint32_t>(row[1]);
  return verdict::ok;
}

// --- data -----------------------------------------------------------------------------------------------------------

bool base_backup_flow::begin(copy_direction direction, protocol::format, std::size_t) {
  if (direction != copy_direction::out || (one_copy_ && copies_ != 0)) return false;
  ++copies_;
  if (!one_copy_) begin_old_archive();
  return true;
}

/// One for each tablespace, the data directory last, and the manifest.
void base_backup_flow::begin_old_archive() {
  const std::size_t index = copies_ - 1;
  if (index >= tablespaces_.size()) {
    parts_.push_back({.what = part::kind::manifest});
    return;
  }
  const replication::backup_tablespace& of = tablespaces_[index];
  archive_name_ = of.id == 0 ? "base.tar" : std::to_string(of.id) + ".tar";
  parts_.push_back({.what = part::kind::archive, .name = archive_name_, .location = of.location});
}

base_backup_flow::verdict base_backup_flow::data(protocol::bytes_view bytes) {
  if (one_copy_) return tagged_data(bytes);
  parts_.push_back({.what = part::kind::data, .data = bytes});
  return verdict::ok;
}

/// Protocol documentation, BASE_BACKUP: new archive, manifest, archive or manifest data, progress report.
base_backup_flow::verdict base_backup_flow::tagged_data(protocol::bytes_view bytes) {
  protocol::reader in(bytes);
  part made;
  switch (static_cast<char>(in.u8())) {
    case 'n':
      made.what = part::kind::archive;
      made.name = in.cstring();
      made.location = in.cstring();
      break;
    case 'm': made.what = part::kind::manifest; break;
    case 'd': made.data = in.rest(); break;
    case 'p':
      made.what = part::kind::progress;
      made.done = in.u64();
      break;
    default: in.fail("unknown kind of message", 0);
  }
  if (const protocol::protocol_error e = in.finish("BASE_BACKUP data")) return refuse(e);
  parts_.push_back(made);
  return verdict::ok;
}

base_backup_flow::verdict base_backup_flow::refuse(const protocol::protocol_error& why) {
  malformed_ = error_info(make_error_code(why.code()), why.to_string());
  return verdict::failed;
}

/// The names of old archives, and what is in the receive buffer, are used before the next begins.
base_backup_flow::verdict base_backup_flow::done() { return parts_.empty() ? verdict::ok : verdict::enough; }

}  // namespace pgcoro::detail
