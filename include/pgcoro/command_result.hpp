// What a statement did, apart from the rows that it returned.
//
//   std::uint64_t changed = (co_await db.execute("UPDATE …")).rows_affected();
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace pgcoro {

class command_result {
 public:
  command_result() noexcept = default;
  command_result(std::string tag, std::uint64_t rows) noexcept : tag_(std::move(tag)), rows_(rows) {}

  /// Rows inserted, updated, deleted, selected or copied; 0 for other commands. Protocol documentation,
  /// "Message Formats": CommandComplete.
  [[nodiscard]] std::uint64_t rows_affected() const noexcept { return rows_; }

  /// The server's words: "INSERT 0 3", "CREATE TABLE". Empty for an empty statement.
  [[nodiscard]] const std::string& command_tag() const noexcept { return tag_; }

 private:
  std::string tag_;
  std::uint64_t rows_ = 0;
};

}  // namespace pgcoro
