// Connection options with every question answered: what the connector works from.
//
//   const auto settings = resolve(options);                 // reads environment, service file, password file
//   for (const host_entry& h : settings->hosts) …           // one attempt each, from nothing but its own entry
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/connect_options.hpp>
#include <pgcoro/error.hpp>

#include "auth/exchange_policy.hpp"
#include "auth/secret.hpp"
#include "options/environment.hpp"

namespace pgcoro::detail {

/// One server to try. It holds all that differs between hosts, so that an attempt takes nothing over from the one
/// before it (CVE-2018-10915).
struct host_entry {
  std::string host;      ///< name, address or directory; empty where only `hostaddr` was given
  std::string hostaddr;  ///< numeric address to connect to instead of looking `host` up; may be empty
  std::uint16_t port = 5432;
  std::string socket_path;  ///< "/dir/.s.PGSQL.5432" for a Unix socket ("@…" is Linux's abstract namespace), else empty
  auth::secret password;    ///< empty where there is none
  /// What to say of the password where the server refuses it: the file that it comes from, or why a file was passed
  /// over.
  std::string password_note;

  bool is_unix_socket() const noexcept { return !socket_path.empty(); }
  /// "db1:5432", "[::1]:5432", "db1 (10.0.0.1):5432" or the socket's path: for error texts.
  std::string label() const;
};

struct tls_settings {
  pgcoro::sslmode mode = sslmode::prefer;
  pgcoro::sslnegotiation negotiation = sslnegotiation::postgres;
  bool system_roots = false;  ///< the system's authorities, instead of `root_file`
  std::string root_file;      ///< empty where none was named and the default does not exist
  std::string cert_file;      ///< likewise; empty too where `certmode` is disable
  std::string key_file;       ///< likewise
  auth::secret key_password;
  pgcoro::sslcertmode certmode = sslcertmode::allow;
  std::string crl_file;  ///< likewise
  std::string crl_dir;
  bool sni = true;
  tls_version min_version = tls_version::tls1_2;
  tls_version max_version = tls_version::tls1_3;

  /// Whether the certificate must come from a known authority. As in libpq, a root file that is there is used in every
  /// mode.
  bool verifies_chain() const noexcept { return mode >= sslmode::verify_ca || !root_file.empty() || system_roots; }
  bool verifies_host() const noexcept { return mode == sslmode::verify_full; }

  friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

/// Zero is the system's setting.
struct tcp_settings {
  bool keepalives = true;
  std::chrono::seconds keepalives_idle{0};
  std::chrono::seconds keepalives_interval{0};
  int keepalives_count = 0;
  std::chrono::milliseconds user_timeout{0};
};

struct connect_settings {
  std::vector<host_entry> hosts;  ///< never empty
  pgcoro::target_session_attrs target_session_attrs = target_session_attrs::any;
  pgcoro::load_balance_hosts load_balance_hosts = load_balance_hosts::disable;

  std::string user;
  std::string dbname;
  auth::exchange_policy auth_policy;
  std::string require_peer;
  std::uint32_t scram_max_iterations = 100'000;

  tls_settings tls;
  tcp_settings tcp;
  std::chrono::milliseconds connect_timeout{0};  ///< for each host; 0: none

  replication_mode replication = replication_mode::off;
  protocol_version min_protocol_version = protocol_version::v3_0;
  protocol_version max_protocol_version = protocol_version::v3_0;
  /// Names and values of the StartupMessage, in the order of sending, user and database first. Free of NUL.
  std::vector<std::pair<std::string, std::string>> startup_parameters;

  pgcoro::statement_mode statement_mode = statement_mode::cached;
  std::size_t statement_cache_capacity = 256;
  std::chrono::milliseconds command_timeout{0};  ///< 0: none
  std::chrono::milliseconds cancel_timeout{5000};
  std::uint64_t max_message_size = std::uint64_t{1} << 30;
  std::shared_ptr<type_catalog> types;
  std::shared_ptr<pgcoro::tracer> tracer;
};

/// Fills in what the options leave open: service file, environment, defaults, password file, in this order. An option
/// of whichever source that is ill-formed or does not fit another is `errc::invalid_option`; the text names it and
/// where it came from.
boost::system::result<connect_settings, error_info> resolve(const connect_options& options,
                                                            const environment& env = system_environment());

}  // namespace pgcoro::detail
