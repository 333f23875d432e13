// Where the session delivers the reply of one statement. A sink lives in the operation that waits for the reply; an
// operation that is abandoned detaches its sink and the session drains the rest of the reply without it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <pgcoro/error.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {

class row_sink {
 public:
  enum class verdict : unsigned char {
    ok,
    failed,     ///< the value cannot be had; error() says why. The rest of the reply is drained, the connection lives.
    malformed,  ///< the row contradicts its description: a protocol error, the connection does not survive
  };

  /// Called before the first row of a statement that returns rows, also where it returns none in the end.
  virtual verdict describe(const std::shared_ptr<const row_description>& description) = 0;

  /// Called with the body of each DataRow (without type byte and length). The bytes live until the call returns.
  virtual verdict row(std::span<const std::byte> body) = 0;

  /// The command tag of a statement that succeeded ("INSERT 0 3"), after its last row. `rows` is the tag's count.
  virtual void complete(std::string_view tag, std::uint64_t rows) = 0;

  /// Valid after `failed`. Column and reason are set; the session adds the statement.
  virtual error_info take_error() = 0;

  /// Called before a statement that takes its reply starts again from the beginning (a stale plan was healed unseen).
  virtual void restart() {}

  /// Chooses the format code of each column of a described statement: binary where this sink's type decodes it, else
  /// text. `out` has one element a column, preset to text.
  virtual void choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept = 0;

  /// Identity of what `choose_formats` chooses: two sinks with the same plan choose the same formats for the same
  /// columns. The session asks once for each plan and statement and keeps the answer with the cached statement.
  virtual const void* format_plan() const noexcept = 0;

  /// Format codes to ask for before the columns are known (mode `unnamed`): empty means text for every column.
  virtual std::span<const protocol::format> wanted_formats() const noexcept { return {}; }

 protected:
  ~row_sink() = default;
};

}  // namespace pgcoro::detail
