// Keys of earlier SCRAM exchanges, so that reconnecting to the same server with the same password costs no PBKDF2.
// One cache serves a pool or a whole program.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "auth/digest.hpp"
#include "auth/scram_keys.hpp"

namespace pgcoro::auth {

/// Bounded, least recently used goes first. Safe to use from several threads. Holds no password: entries are found by
/// an HMAC over user, password, salt and iteration count, under a key of the cache's own.
class scram_key_cache {
 public:
  explicit scram_key_cache(std::size_t capacity = 64);
  ~scram_key_cache();
  scram_key_cache(const scram_key_cache&) = delete;
  scram_key_cache& operator=(const scram_key_cache&) = delete;

  std::optional<scram_keys> find(std::string_view user, const key_derivation& derivation);
  void store(std::string_view user, const key_derivation& derivation, const scram_keys& keys);
  void clear();
  std::size_t size() const;

 private:
  struct entry {
    sha256_digest name;
    scram_keys keys;
  };

  std::optional<sha256_digest> name_of(std::string_view user, const key_derivation& derivation) const;
  std::list<entry>::iterator locate(const sha256_digest& name);

  const std::size_t capacity_;
  sha256_digest naming_key_{};
  mutable std::mutex mutex_;
  std::list<entry> entries_;  ///< most recently used first; short enough to be searched from the front
};

}  // namespace pgcoro::auth
