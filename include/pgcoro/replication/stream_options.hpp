// How a stream is kept alive, and what becomes of it when its connection is lost.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <pgcoro/type_catalog.hpp>

namespace pgcoro::replication {

/// Whether a stream whose connection was lost connects again and goes on from what was confirmed.
struct resume_options {
  bool enabled = false;
  std::chrono::milliseconds first_delay{100};    ///< doubled with each attempt, and jittered
  std::chrono::milliseconds last_delay{30'000};  ///< the longest
  std::chrono::milliseconds give_up_after{0};    ///< of trying in vain; 0: never
};

struct stream_options {
  stream_options() noexcept = default;

  /// The server is told how far the stream has come at least as often: less than its `wal_sender_timeout`, of which a
  /// third is taken where that is shorter.
  std::chrono::milliseconds status_interval{10'000};
  /// How long a position that was confirmed may wait until the server is told: several then go together.
  std::chrono::milliseconds confirm_delay{100};
  /// A server from which nothing has come for so long is taken for dead; it is asked for a sign of life at half that
  /// time. 0: never. It is also how long the server may take to begin a stream and to end it.
  std::chrono::milliseconds silence_limit{60'000};
  resume_options resume;
  /// How many messages a batch has at most. Memory for them is kept.
  std::size_t max_batch = 1024;
  /// What is known of the types that are not built in, for typed rows: that of ordinary connections to the same
  /// database (`connect_options::types`). May be null.
  std::shared_ptr<const type_catalog> types = nullptr;
};

}  // namespace pgcoro::replication
