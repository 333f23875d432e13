// Parameters for many executions of one statement, pulled while there is room in the output.
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string_view>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/types.hpp>

namespace pgcoro {
class type_registry;
}

namespace pgcoro::protocol {
class bind_head;
class buffer;
}  // namespace pgcoro::protocol

namespace pgcoro::detail {

/// What all Binds of one statement have in common.
struct bind_shape {
  const protocol::bind_head& head;
  std::span<const oid> types;  ///< of the parameters
  const type_registry* registry;
  std::span<const protocol::format> result_formats;
};

/// Rows of a range of the user's, which the session goes over while there is room in its output.
class row_source {
 public:
  enum class status : unsigned char { row, end, failed };

  /// Valid after `failed`: which row, which parameter, why.
  virtual error_info take_error() = 0;

  /// What the range has thrown, set by the session: it is `failed` then. Thrown on where the operation ends.
  std::exception_ptr thrown;

 protected:
  ~row_source() = default;
};

class parameter_source : public row_source {
 public:
  /// Encodes the next row as one Bind into `out`; at the end nothing.
  virtual status bind_next(protocol::buffer& out, const bind_shape& shape) = 0;

  /// Whether each Bind is one row: then an error of the server's is about the row that it answers.
  virtual bool gives_single_rows() const noexcept { return true; }

  /// Back to the first row.
  virtual void restart() = 0;

 protected:
  ~parameter_source() = default;
};

}  // namespace pgcoro::detail
