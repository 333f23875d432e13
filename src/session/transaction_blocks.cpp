#include "session/transaction_blocks.hpp"

#include <algorithm>

namespace pgcoro::detail {

bool transaction_blocks::has_entered(block_id block) const noexcept {
  return std::ranges::find(entered, block) != entered.end();
}

bool transaction_blocks::close(block_id block) {
  std::erase_if(open, [block](block_id other) { return other >= block; });
  return drop_openers(pending, block);
}

void transaction_blocks::leave(block_id block) {
  std::erase_if(entered, [block](block_id other) { return other >= block; });
}

bool drop_openers(std::vector<block_opener>& openers, block_id block) {
  const bool opens_it = std::ranges::any_of(
      openers, [block](const block_opener& o) { return o.block == block && o.what == block_opener::purpose::open; });
  std::erase_if(openers, [block](const block_opener& o) { return o.block >= block; });
  return opens_it;
}

}  // namespace pgcoro::detail
