// Parameters for many executions of one statement, pulled while there is room in the output.
#pragma once

#include <cstdint>
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

class parameter_source {
 public:
  enum class status : unsigned char { row, end, failed };

  /// Encodes the next row as one Bind into `out`; nothing is written unless the
  /// answer is `row`.
  virtual status bind_next(protocol::buffer& out, const bind_shape& shape) = 0;

  /// Valid after `failed`: which row, which parameter, why.
  virtual error_info take_error() = 0;

  /// Back to the first row.
  virtual void restart() = 0;

 protected:
  ~parameter_source() = default;
};

}  // namespace pgcoro::detail
