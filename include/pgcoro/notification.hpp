// What the server sends without being asked.
#pragma once

#include <cstdint>
#include <string>

#include <pgcoro/error.hpp>

namespace pgcoro {

/// A NoticeResponse: a warning or a message that belongs to no result.
using notice = server_fields;

/// A NotificationResponse: what NOTIFY sent to a channel that this session listens on.
struct notification {
  std::string channel;
  std::string payload;
  std::int32_t process_id = 0;  ///< backend process of the sender
};

}  // namespace pgcoro
