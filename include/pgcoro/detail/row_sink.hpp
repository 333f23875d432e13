// Where the session delivers the reply of one statement. A sink lives in the operation that waits for the reply; an
// operation that is abandoned detaches its sink and the session drains the rest of the reply without it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {

/// The columns of a statement's rows as one kind of sink takes them. Made once, and kept with the cached statement.
struct row_layout {
  std::shared_ptr<const row_description> description;
  std::vector<column_plan> plans = {};  ///< of typed rows: which column becomes a member, and how
  error_info refused = {};              ///< why the sink can make nothing of these columns; empty where it can
};

class row_sink {
 public:
  enum class verdict : unsigned char {
    ok,
    enough,     ///< taken; the session stops before the next message, until it is asked to go on
    failed,     ///< the value cannot be had; error() says why. The rest of the reply is drained, the connection lives.
    malformed,  ///< the row contradicts its description: a protocol error, the connection does not survive
  };

  /// Called before the first row of a statement that returns rows, also where it returns none in the end, with a layout
  /// that a sink of this kind has matched and not refused. It lives until the statement's reply has been read.
  virtual void describe(const std::shared_ptr<const row_layout>& layout) = 0;

  /// Called with the body of each DataRow (without type byte and length). The bytes live until the call returns.
  virtual verdict row(std::span<const std::byte> body) = 0;

  /// The command tag of a statement that succeeded ("INSERT 0 3"), after its last row.
  virtual void complete(std::string_view tag) = 0;

  /// Valid after `failed`. Column and reason are set; the session adds the statement.
  virtual error_info take_error() = 0;

  /// Called before a statement that takes its reply starts again from the beginning (a stale plan was healed unseen).
  virtual void restart() {}

  /// Chooses the format code of each column of a described statement: binary where this sink's type decodes it, else
  /// text. `out` has one element a column, preset to text.
  virtual void choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept = 0;

  /// Finds a place for each column of the layout's description, whose formats are set: fills `plans`, or `refused`.
  virtual void match(row_layout&) const {}

  /// Identity of the sink's kind: two of one kind choose the same formats for the same columns, and match them alike.
  /// The session asks one of them for each statement and keeps the answers with it.
  virtual const void* kind() const noexcept = 0;

  /// Format codes to ask for before the columns are known (mode `unnamed`): empty means text for every column.
  virtual std::span<const protocol::format> wanted_formats() const noexcept { return {}; }

 protected:
  ~row_sink() = default;
};

/// What `sink` makes of these columns, in the formats that they have.
PGCORO_DECL std::shared_ptr<const row_layout> lay_out(const row_sink& sink,
                                                      std::shared_ptr<const row_description> columns);

}  // namespace pgcoro::detail
