#include "net/tls_context_cache.hpp"

#include <algorithm>
#include <cstdlib>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <utility>

namespace pgcoro::detail {
namespace {

/// Where OpenSSL looks for the system's authorities: X509_get_default_cert_file(3).
std::string system_path(const char* variable, const char* otherwise) {
  const char* const named = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): OpenSSL reads it likewise
  return named ? named : otherwise;
}

}  // namespace

tls_context_cache::expected_context tls_context_cache::get(const tls_settings& settings) {
  // Taken before the files are read: a change while they are being read is noticed the next time.
  std::vector<file_stamp> stamps = stamps_of(settings);
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&settings](const entry& e) { return e.settings == settings; });
    if (found != entries_.end() && found->stamps == stamps) {
      entries_.splice(entries_.begin(), entries_, found);
      return found->context;
    }
    if (found != entries_.end()) entries_.erase(found);
  }
  expected_context made = tls_context::create(settings);  // not under the lock: others need not wait for it
  if (!made) return made;
  const std::lock_guard lock(mutex_);
  entries_.push_front({settings, std::move(stamps), *made});
  if (entries_.size() > capacity_) entries_.pop_back();
  return made;
}

tls_context_cache::file_stamp tls_context_cache::stamp_of(const std::string& path) noexcept {
  struct stat status{};
  if (path.empty() || stat(path.c_str(), &status) != 0) return {};
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = status.st_size,
          .modified_seconds = status.st_mtim.tv_sec,
          .modified_nanoseconds = status.st_mtim.tv_nsec};
}

std::vector<tls_context_cache::file_stamp> tls_context_cache::stamps_of(const tls_settings& settings) {
  std::vector<file_stamp> stamps;
  for (const std::string* path :
       {&settings.root_file, &settings.cert_file, &settings.key_file, &settings.crl_file, &settings.crl_dir})
    stamps.push_back(stamp_of(*path));
  if (settings.system_roots) {
    stamps.push_back(stamp_of(system_path(X509_get_default_cert_file_env(), X509_get_default_cert_file())));
    stamps.push_back(stamp_of(system_path(X509_get_default_cert_dir_env(), X509_get_default_cert_dir())));
  }
  return stamps;
}

}  // namespace pgcoro::detail
