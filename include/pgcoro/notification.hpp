// What the server sends without being asked.
#pragma once

#include <cstddef>
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
  std::uint64_t missed = 0;     ///< how many in front of it were dropped because nobody took them: see queue_limits
};

/// How many notifications wait for somebody who does not take them, and what becomes of more. A payload has at most
/// 8000 bytes.
struct queue_limits {
  enum class policy : unsigned char {
    drop_oldest,  ///< those that have waited longest go: who comes back sees the latest
    drop_newest,  ///< what came first stays
  };

  std::size_t capacity = 8192;
  policy when_full = policy::drop_oldest;
};

}  // namespace pgcoro
