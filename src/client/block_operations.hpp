// Operations that begin and end transactions and savepoints.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <pgcoro/detail/operation.hpp>
#include <pgcoro/transaction_options.hpp>

#include "session/transaction_blocks.hpp"

namespace pgcoro::detail {

/// Takes no round trip: what it begins with rides in front of the next request.
class begin_operation final : public operation {
 public:
  /// A transaction.
  begin_operation(std::shared_ptr<connection_core> core, const transaction_options& options) noexcept
      : operation(std::move(core)), options_(options) {}
  /// A savepoint, `within` being the innermost block.
  begin_operation(std::shared_ptr<connection_core> core, block_id within) noexcept
      : operation(std::move(core)), within_(within) {}

  block_id block() const noexcept { return block_; }

 private:
  void submit() override;
  bool complete(request&) override { return true; }
  error_info why_not();

  transaction_options options_;
  block_id within_ = 0;
  block_id block_ = 0;
};

class end_operation final : public operation {
 public:
  /// `text`: other than the usual statement.
  end_operation(std::shared_ptr<connection_core> core, block_id block, block_ending how, std::string text = {}) noexcept
      : operation(std::move(core)), text_(std::move(text)), block_(block), how_(how) {}

  /// Nothing has happened, and the block is as open as it was.
  bool refused() const noexcept { return !submitted_; }
  /// The transaction's ID, where it was asked for.
  std::uint64_t xid() const noexcept { return xid_; }

 private:
  void submit() override;
  bool complete(request& r) override;

  std::string text_;
  block_id block_;
  block_ending how_;
  std::uint64_t xid_ = 0;
  bool submitted_ = false;
};

/// `transaction_misused`.
error_info misused(std::string message);

/// BEGIN with what the options ask for.
std::string begin_text(const transaction_options& options);

}  // namespace pgcoro::detail
