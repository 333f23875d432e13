// Who takes part in a COPY that was asked for. Protocol documentation, "COPY Operations" and "Streaming Replication
// Protocol".
#pragma once

#include <cstdint>

#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro::detail {

enum class copy_direction : unsigned char { in, out, both };

/// Data of a COPY into the server, pulled.
class copy_row_source : public row_source {
 public:
  /// Appends CopyData messages, whole, of some hundred KiB where the rows are no longer. `end`: nothing, there is no
  /// more. `failed`: the server drops what it was given.
  virtual status next(protocol::buffer& out) = 0;

 protected:
  ~copy_row_source() = default;
};

class copy_peer {
 public:
  using verdict = row_sink::verdict;

  /// The server has begun. False: not what was expected; the session ends it and reports `errc::copy_not_allowed`.
  virtual bool begin(copy_direction direction, protocol::format overall, std::size_t columns) = 0;

  /// The data of one CopyData message; they live in the receive buffer as long as the session does not go on.
  /// `failed`: the rest is read past, and the request fails with take_error().
  virtual verdict data(protocol::bytes_view bytes) = 0;

  /// The server's CopyDone. `enough` holds up what follows.
  virtual verdict done() = 0;

  /// Valid after `failed`.
  virtual error_info take_error() = 0;

 protected:
  ~copy_peer() = default;
};

}  // namespace pgcoro::detail
