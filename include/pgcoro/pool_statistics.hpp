// What a pool has done and what it is doing.
//
//   const pgcoro::pool_statistics s = pool.statistics();
//   log(s.waiting, s.acquire_wait.percentile(0.99));
//   response.body() = pgcoro::to_prometheus(s, "pool=\"orders\"");
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>

namespace pgcoro {

/// Counts durations by powers of two of a microsecond: bucket i holds those below 2^i µs, the last one all others.
class PGCORO_DECL duration_histogram {
 public:
  using duration = std::chrono::steady_clock::duration;
  static constexpr std::size_t buckets = 28;  ///< up to a minute and a bit

  void add(duration d) noexcept {
    const auto us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(d < d.zero() ? d.zero() : d).count());
    const auto i = static_cast<std::size_t>(std::bit_width(us));
    ++counts_[i < buckets ? i : buckets - 1];
    sum_ += d;
  }

  std::uint64_t count() const noexcept;
  duration sum() const noexcept { return sum_; }
  /// How many there were in a bucket; `bound` is the bucket's upper end.
  std::uint64_t in_bucket(std::size_t i) const noexcept { return counts_[i]; }
  static std::chrono::microseconds bound(std::size_t i) noexcept {
    return std::chrono::microseconds(std::uint64_t{1} << i);
  }
  /// The upper end of the bucket below which that part of all lies; zero where there are none.
  std::chrono::microseconds percentile(double part) const noexcept;

 private:
  std::array<std::uint64_t, buckets> counts_{};
  duration sum_{};
};

struct pool_statistics {
  // Now
  std::size_t max_size = 0;
  std::size_t size = 0;        ///< connections of any kind, those that are being opened or closed too: at most max_size
  std::size_t idle = 0;        ///< free
  std::size_t in_use = 0;      ///< leased, or running one-shots
  std::size_t opening = 0;     ///< being opened
  std::size_t recovering = 0;  ///< being pinged, reset or closed
  std::size_t waiting = 0;     ///< coroutines that wait for a connection

  // So far
  std::uint64_t acquired = 0;
  std::uint64_t acquired_at_once = 0;  ///< of those, without waiting
  std::uint64_t acquire_timeouts = 0;
  std::uint64_t acquire_cancellations = 0;
  std::uint64_t overloads = 0;  ///< refused because max_waiters waited already
  std::uint64_t opened = 0;
  std::uint64_t open_failures = 0;
  std::uint64_t closed_idle = 0;      ///< after idle_timeout, or because the pool became smaller
  std::uint64_t closed_lifetime = 0;  ///< after max_lifetime, or after reset(), or because their server was left
  std::uint64_t closed_lost = 0;      ///< by the server or the network
  std::uint64_t closed_in_doubt = 0;  ///< failed a ping, could not be reset, refused by a hook
  std::uint64_t checks = 0;           ///< pings before use
  std::uint64_t rollbacks = 0;        ///< transactions that were left open
  std::uint64_t discards = 0;         ///< session states that were discarded
  std::uint64_t servers_left = 0;     ///< times a server was left that was no longer what target_session_attrs wants

  // How long
  duration_histogram acquire_wait;
  duration_histogram use;    ///< from the acquire to the return
  duration_histogram query;  ///< statements of one-shots, without the wait for a connection
};

/// As Prometheus reads it (its documentation, "Text-based format"): gauges, counters and histograms in seconds, each
/// named pgcoro_pool_…; `labels` are put into the braces of each sample.
PGCORO_DECL std::string to_prometheus(const pool_statistics& statistics, std::string_view labels = {});

}  // namespace pgcoro
