#include "auth/scram_key_cache.hpp"

#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace pgcoro::auth {

scram_key_cache::scram_key_cache(std::size_t capacity) : capacity_(capacity) {
  // Without randomness names are merely predictable to who can read this memory anyway.
  static_cast<void>(RAND_bytes(naming_key_.data(), static_cast<int>(naming_key_.size())));
}

scram_key_cache::~scram_key_cache() { OPENSSL_cleanse(naming_key_.data(), naming_key_.size()); }

std::optional<scram_keys> scram_key_cache::find(std::string_view user, const key_derivation& derivation) {
  const auto name = name_of(user, derivation);
  if (!name) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = locate(*name);
  if (found == entries_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, found);
  return found->keys;
}

void scram_key_cache::store(std::string_view user, const key_derivation& derivation, const scram_keys& keys) {
  const auto name = name_of(user, derivation);
  if (!name || capacity_ == 0) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = locate(*name); found != entries_.end()) entries_.erase(found);
  entries_.push_front({*name, keys});
  if (entries_.size() > capacity_) entries_.pop_back();
}

void scram_key_cache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::size_t scram_key_cache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::optional<sha256_digest> scram_key_cache::name_of(std::string_view user, const key_derivation& derivation) const {
  // Each part is preceded by its length, so that no two different inputs run together into the same text.
  secret text;
  const auto add = [&text](std::string_view part) {
    text.append(std::to_string(part.size()));
    text.push_back(':');
    text.append(part);
  };
  add(user);
  add(derivation.password.view());
  add({reinterpret_cast<const char*>(derivation.salt.data()), derivation.salt.size()});
  add(std::to_string(derivation.iterations));
  return hmac_sha256(naming_key_, text.view());
}

std::list<scram_key_cache::entry>::iterator scram_key_cache::locate(const sha256_digest& name) {
  return std::find_if(entries_.begin(), entries_.end(), [&name](const entry& e) { return e.name == name; });
}

}  // namespace pgcoro::auth
