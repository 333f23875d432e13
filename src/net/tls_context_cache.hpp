// TLS contexts of earlier connects, so that the next one with the same settings reads no file again: the system's
// authorities alone take 50 milliseconds, which every connection of the thread would spend waiting.
//
//   auto context = cache.get(settings.tls);
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <pgcoro/error.hpp>

#include "net/tls_context.hpp"

namespace pgcoro::detail {

/// Bounded, least recently used goes first. Safe to use from several threads. A context is made anew once any file that
/// it came from has changed: certificates are rotated and revoked while services run.
class tls_context_cache {
 public:
  using expected_context = boost::system::result<std::shared_ptr<const tls_context>, error_info>;

  explicit tls_context_cache(std::size_t capacity = 8) : capacity_(capacity) {}

  /// As `tls_context::create`. Failures are not kept.
  expected_context get(const tls_settings& settings);

 private:
  /// What tells one content of a file from another, without reading it. All zero where there is no such file.
  struct file_stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_seconds = 0;
    std::int64_t modified_nanoseconds = 0;

    friend bool operator==(const file_stamp&, const file_stamp&) = default;
  };

  struct entry {
    tls_settings settings;
    std::vector<file_stamp> stamps;
    std::shared_ptr<const tls_context> context;
  };

  static file_stamp stamp_of(const std::string& path) noexcept;
  static std::vector<file_stamp> stamps_of(const tls_settings& settings);

  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<entry> entries_;  // most recently used first; few
};

}  // namespace pgcoro::detail
