// A session that has just been opened: what connect() hands to the connection.
#pragma once

#include <memory>

#include <pgcoro/protocol/buffer.hpp>

#include "net/dial.hpp"
#include "net/stream.hpp"
#include "session/startup.hpp"

namespace pgcoro::detail {

struct established {
  dial_settings dialled;
  encryption encrypted = encryption::none;  ///< how a further stream to the same server is to be opened
  std::unique_ptr<stream> wire;
  protocol::buffer input;  ///< what came behind the first ReadyForQuery
  startup_result opening;
};

}  // namespace pgcoro::detail
