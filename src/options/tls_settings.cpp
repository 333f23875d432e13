#include "options/tls_settings.hpp"

#include <string>
#include <string_view>

#include "options/option_values.hpp"
#include "options/text_file.hpp"

namespace pgcoro::detail {
namespace {

/// A file that the caller names, which must exist when it is read; else the default one, if it exists.
std::string named_or_default(const std::optional<std::string>& named, std::string_view name, const environment& env) {
  if (named && !named->empty()) return *named;
  if (env.home.empty()) return {};
  const std::string path = env.home + "/.postgresql/" + std::string(name);
  return file_exists(path) ? path : std::string();
}

void set_files(tls_settings& tls, const connect_options& options, const environment& env) {
  tls.system_roots = options.sslrootcert == "system";
  if (!tls.system_roots) tls.root_file = named_or_default(options.sslrootcert, "root.crt", env);
  tls.crl_dir = options.sslcrldir.value_or("");
  if (tls.crl_dir.empty() || options.sslcrl) tls.crl_file = named_or_default(options.sslcrl, "root.crl", env);
  if (tls.certmode == sslcertmode::disable) return;
  tls.cert_file = named_or_default(options.sslcert, "postgresql.crt", env);
  if (tls.cert_file.empty()) return;
  tls.key_file = named_or_default(options.sslkey, "postgresql.key", env);
  tls.key_password = auth::secret(options.sslpassword.value_or(""));
}

std::string name_of(sslmode mode) { return std::string(option_names<sslmode>[static_cast<std::size_t>(mode)]); }

error_info check(const tls_settings& tls) {
  if (tls.negotiation == sslnegotiation::direct && tls.mode < sslmode::require) {
    return invalid_option("sslmode: " + name_of(tls.mode) +
                          " does not go with sslnegotiation=direct; use require, verify-ca or verify-full");
  }
  if (tls.system_roots && tls.mode != sslmode::verify_full) {
    return invalid_option("sslmode: " + name_of(tls.mode) +
                          " does not go with sslrootcert=system, as anybody can have a certificate from there; use "
                          "verify-full");
  }
  if (tls.min_version > tls.max_version) {
    return invalid_option("ssl_min_protocol_version: is above ssl_max_protocol_version");
  }
  return {};
}

}  // namespace

option_result<tls_settings> make_tls_settings(const connect_options& options, const environment& env) {
  tls_settings tls;
  tls.negotiation = options.sslnegotiation.value_or(sslnegotiation::postgres);
  tls.certmode = options.sslcertmode.value_or(sslcertmode::allow);
  tls.sni = options.sslsni.value_or(true);
  tls.min_version = options.ssl_min_protocol_version.value_or(tls_version::tls1_2);
  tls.max_version = options.ssl_max_protocol_version.value_or(tls_version::tls1_3);
  set_files(tls, options, env);
  tls.mode = options.sslmode.value_or(tls.system_roots ? sslmode::verify_full : sslmode::prefer);
  if (error_info error = check(tls)) return error;
  return tls;
}

}  // namespace pgcoro::detail
