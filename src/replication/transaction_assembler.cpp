#include "replication/transaction_assembler.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pgcoro {

namespace repl = replication;
using detail::assembled_changes;

repl::transaction::transaction() = default;
repl::transaction::transaction(transaction&&) noexcept = default;
repl::transaction& repl::transaction::operator=(transaction&&) noexcept = default;
repl::transaction::~transaction() = default;

std::span<const repl::message> repl::transaction::changes() const noexcept {
  return changes_ ? std::span(changes_->messages()) : std::span<const message>();
}

namespace detail {

void assembled_changes::add(repl::message m, std::uint32_t xid, std::unique_ptr<std::byte[]> data, std::size_t size) {
  origin from{std::move(data), nullptr, size + sizeof m + sizeof(origin), xid};
  keep_relations(m, from);
  memory_ += from.size;
  messages_.push_back(m);
  origins_.push_back(std::move(from));
}

void assembled_changes::keep_relations(repl::message& m, origin& from) {
  if (auto* const t = std::get_if<repl::truncate>(&m)) {
    from.truncated = std::make_unique<const repl::relation*[]>(t->relations.size());
    std::ranges::copy(t->relations, from.truncated.get());
    t->relations = {from.truncated.get(), t->relations.size()};
    for (const repl::relation* table : t->relations) keep(*table);
  }
  std::visit(
      [&](const auto& change) {
        if constexpr (requires { change.relation->id(); }) keep(*change.relation);
      },
      m);
}

void assembled_changes::keep(const repl::relation& described) {
  if (last_kept_ == &described) return;
  last_kept_ = &described;
  relations_.insert(described.shared_from_this());
}

void assembled_changes::discard(std::uint32_t subxid) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (origins_[i].xid == subxid) {
      memory_ -= origins_[i].size;
      continue;
    }
    if (kept != i) {
      messages_[kept] = messages_[i];
      origins_[kept] = std::move(origins_[i]);
    }
    ++kept;
  }
  messages_.resize(kept);
  origins_.resize(kept);
}

transaction_assembler::transaction_assembler(repl::decoder_options options, std::size_t memory_limit)
    : decoder_(std::move(options)), memory_limit_(memory_limit) {}
transaction_assembler::~transaction_assembler() = default;

/// What each message does. Those that are changes are kept with their bytes.
struct transaction_assembler::dispatcher {
  using kind = repl::transaction::kind;

  transaction_assembler& self;
  const repl::message& whole;
  std::unique_ptr<std::byte[]>& data;
  std::size_t size;

  void operator()(const repl::begin& m) const { begin(kind::committed, m.xid, {}); }
  void operator()(const repl::begin_prepare& m) const { begin(kind::prepared, m.xid, m.gid); }
  void operator()(const repl::commit& m) const { self.finish(self.whole_, m.commit_lsn, m.end_lsn, m.commit_time); }
  void operator()(const repl::prepare& m) const { self.finish(self.whole_, m.prepare_lsn, m.end_lsn, m.prepare_time); }
  void operator()(const repl::origin& m) const {
    if (self.current_ != nullptr) self.current_->made.origin = m.name;
  }

  void operator()(const repl::stream_start& m) const {
    self.current_ = &self.streamed_[m.xid];
    self.current_->made.xid = m.xid;
  }
  void operator()(const repl::stream_stop&) const { self.current_ = nullptr; }
  void operator()(const repl::stream_commit& m) const {
    self.finish_streamed(m.xid, kind::committed, m.commit_lsn, m.end_lsn, m.commit_time, {});
  }
  void operator()(const repl::stream_prepare& m) const {
    self.finish_streamed(m.xid, kind::prepared, m.prepare_lsn, m.end_lsn, m.prepare_time, m.gid);
  }
  void operator()(const repl::stream_abort& m) const { self.abort(m.xid, m.subxid); }

  void operator()(const repl::commit_prepared& m) const {
    announce(kind::commit_prepared, m.xid, m.commit_lsn, m.end_lsn, m.commit_time, m.gid);
  }
  void operator()(const repl::rollback_prepared& m) const {
    announce(kind::rollback_prepared, m.xid, m.prepare_end_lsn, m.rollback_end_lsn, m.rollback_time, m.gid);
  }
  void operator()(const repl::logical_message& m) const {
    if (m.transactional) return keep(m);
    repl::transaction made;
    made.what = kind::message;
    made.commit_lsn = m.position;
    made.end_lsn = m.position + 1;
    assembled_changes::of(made) = std::make_unique<assembled_changes>();
    assembled_changes::of(made)->add(whole, 0, std::move(data), size);
    self.announce(std::move(made));
  }
  void operator()(const repl::resumed&) const {}
  /// Row changes, truncates and descriptions.
  void operator()(const auto& m) const { keep(m); }

 private:
  void begin(kind what, std::uint32_t xid, std::string_view gid) const {
    self.whole_ = open_transaction();
    self.whole_.made.what = what;
    self.whole_.made.xid = xid;
    self.whole_.made.gid = gid;
    self.current_ = &self.whole_;
  }
  void announce(kind what, std::uint32_t xid, lsn position, lsn end, postgres_time time, std::string_view gid) const {
    repl::transaction made;
    made.what = what;
    made.xid = xid;
    made.commit_lsn = position;
    made.end_lsn = end;
    made.time = time;
    made.gid = gid;
    self.announce(std::move(made));
  }
  void keep(const auto& m) const { self.add(whole, m.xid, std::move(data), size); }
};

error_info transaction_assembler::push(lsn start, protocol::bytes_view data) {
  decoder_.release();
  auto copy = std::make_unique_for_overwrite<std::byte[]>(data.size());
  if (!data.empty()) std::memcpy(copy.get(), data.data(), data.size());
  repl::message m;
  if (error_info failed = decoder_.decode(start, {copy.get(), data.size()}, m)) return failed;
  std::visit(dispatcher{*this, m, copy, data.size()}, m);
  if (memory() <= memory_limit_) return {};
  error_details details;
  details.code = make_error_code(errc::message_too_large);
  details.stage = "logical replication";
  details.message = "the transactions that are open take more than " + std::to_string(memory_limit_) +
                    " bytes: allow more, or read the stream message by message";
  details.connection_usable = false;
  return error_info(std::move(details));
}

void transaction_assembler::add(repl::message m, std::uint32_t xid, std::unique_ptr<std::byte[]> data,
                                std::size_t size) {
  if (current_ == nullptr) return;  // a description outside of any transaction: the decoder knows it
  assembled_changes& changes = *current_->changes;
  memory_ -= changes.memory();
  changes.add(m, xid, std::move(data), size);
  memory_ += changes.memory();
}

void transaction_assembler::finish(open_transaction& open, lsn commit_lsn, lsn end_lsn, postgres_time time) {
  memory_ -= open.changes->memory();
  open.made.commit_lsn = commit_lsn;
  open.made.end_lsn = end_lsn;
  open.made.time = time;
  assembled_changes::of(open.made) = std::exchange(open.changes, std::make_unique<assembled_changes>());
  current_ = nullptr;
  announce(std::move(open.made));
}

void transaction_assembler::finish_streamed(std::uint32_t xid, repl::transaction::kind what, lsn commit_lsn,
                                            lsn end_lsn, postgres_time time, std::string_view gid) {
  open_transaction& open = streamed_[xid];
  open.made.what = what;
  open.made.xid = xid;
  open.made.gid = gid;
  finish(open, commit_lsn, end_lsn, time);
  streamed_.erase(xid);
}

void transaction_assembler::abort(std::uint32_t xid, std::uint32_t subxid) {
  const auto found = streamed_.find(xid);
  if (found == streamed_.end()) return;
  assembled_changes& changes = *found->second.changes;
  memory_ -= changes.memory();
  if (xid == subxid) {
    streamed_.erase(found);
    return;
  }
  changes.discard(subxid);
  memory_ += changes.memory();
}

void transaction_assembler::announce(repl::transaction made) {
  completed_ = std::move(made);
  ready_ = true;
}

repl::transaction transaction_assembler::take() noexcept {
  ready_ = false;
  return std::move(completed_);
}

void transaction_assembler::reset() noexcept {
  decoder_.reset();
  decoder_.release();
  whole_ = open_transaction();
  streamed_.clear();
  current_ = nullptr;
  completed_ = repl::transaction();
  ready_ = false;
  memory_ = 0;
}

}  // namespace detail
}  // namespace pgcoro
