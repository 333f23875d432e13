// Where to connect, as whom, and on what terms.
//
//   auto db = co_await
//   pgcoro::connect("postgresql://app@db1,db2/shop?sslmode=verify-full&target_session_attrs=primary");
//
//   pgcoro::connect_options o;
//   o.host = "db1,db2";
//   o.user = "app";
//   o.sslmode = pgcoro::sslmode::verify_full;
//   auto db = co_await pgcoro::connect(o);
//
// The options are libpq's, by libpq's names and with libpq's meaning (its documentation, "Database Connection Control
// Functions"). One that is not set here is looked for where libpq looks: in the service that `service` names, in the
// environment (PGHOST, PGUSER …), among the defaults. That happens when a connection is made, not before, so that a
// password file may change while a pool lives.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/result_fwd.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro {

class tracer;
class type_catalog;

/// How TLS is used. Only `verify_full` keeps an attacker on the network out: use it, and see `sslrootcert`.
enum class sslmode : unsigned char {
  disable,
  allow,   ///< TLS only where the server refuses to do without
  prefer,  ///< TLS where the server offers it; whoever can alter the traffic can take it away. The default, as in libpq
  require,      ///< TLS, with whoever answers; checks the certificate's chain where `sslrootcert` exists
  verify_ca,    ///< and the certificate comes from an authority in `sslrootcert`
  verify_full,  ///< and it names the host
};

enum class sslnegotiation : unsigned char {
  postgres,  ///< ask first with SSLRequest
  direct,    ///< begin with the TLS handshake (PostgreSQL 17 and newer); saves a round trip
};

enum class sslcertmode : unsigned char {
  disable,  ///< send no client certificate, even where there is one
  allow,    ///< send it if the server asks
  require,  ///< fail where the server does not ask
};

enum class tls_version : unsigned char { tls1_2, tls1_3 };

/// pgcoro does not speak GSSAPI, so that the two come to the same; libpq's third, "require", is refused.
enum class gssencmode : unsigned char { disable, prefer };

enum class channel_binding : unsigned char { disable, prefer, require };

enum class target_session_attrs : unsigned char { any, read_write, read_only, primary, standby, prefer_standby };

enum class load_balance_hosts : unsigned char { disable, random };

enum class replication_mode : unsigned char {
  off,
  physical,  ///< a walsender for physical replication, bound to no database
  database,  ///< a walsender for logical replication, bound to `dbname`
};

enum class protocol_version : unsigned char { v3_0, v3_2 };

/// One port, or one for each host: 5432, "5432", "5432,5433".
class port_list {
 public:
  port_list() = default;
  port_list(std::integral auto port) : text_(std::to_string(port)) {}
  port_list(std::string text) : text_(std::move(text)) {}
  port_list(std::string_view text) : text_(text) {}
  port_list(const char* text) : text_(text) {}

  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Stricter than libpq on purpose: a value that an option cannot have is refused when it is read, not when it is used;
/// TLS below 1.2, encodings other than UTF-8 and GSSAPI encryption are refused; a root certificate file that is named
/// must exist, whatever the mode. `connect_timeout=1` is one second, as in libpq 17 and newer (older ones make it two).
///
/// An option that is not set falls back as described above. An empty string counts as not set, but keeps the service
/// and the environment from being asked.
class PGCORO_DECL connect_options {
 public:
  connect_options();
  /// A URI ("postgresql://…") or "key=value …", read as libpq of PostgreSQL 18 reads it. Throws `error` with
  /// `errc::invalid_option`, which names the option but never repeats the string, since it may hold a password.
  connect_options(std::string_view dsn);
  connect_options(const std::string& dsn);
  connect_options(const char* dsn);

  connect_options(const connect_options&);
  connect_options(connect_options&&) noexcept;
  connect_options& operator=(const connect_options&);
  connect_options& operator=(connect_options&&) noexcept;
  ~connect_options();

  /// What the constructor does, with the error as a value. Needs <pgcoro/as_result.hpp>.
  static boost::system::result<connect_options, error_info> parse(std::string_view dsn);

  /// Sets one option by the name that libpq gives it, from text, as a connection string would.
  error_info set(std::string_view name, std::string_view value);

  // Where

  /// Names, addresses or directories of Unix sockets ("/run/postgresql", "@abstract"), separated by commas and tried in
  /// this order. Default: the first of /var/run/postgresql and /tmp in which the port's socket exists (libpq has one or
  /// the other compiled in), and localhost where there is none.
  std::optional<std::string> host;
  /// Numeric addresses, one for each host; spares the lookup. `host` still is what a certificate must name.
  std::optional<std::string> hostaddr;
  /// One for all hosts, or one for each. Default: 5432.
  std::optional<port_list> port;
  std::optional<pgcoro::target_session_attrs> target_session_attrs;  ///< default: any
  std::optional<pgcoro::load_balance_hosts> load_balance_hosts;      ///< default: disable
  /// A section of the service file (PGSERVICEFILE, ~/.pg_service.conf, pg_service.conf in PGSYSCONFDIR).
  std::optional<std::string> service;

  // Who

  std::optional<std::string> user;      ///< default: the operating system's
  std::optional<std::string> dbname;    ///< default: the user's name
  std::optional<std::string> password;  ///< default: from the password file, for each host its own
  std::optional<std::string> passfile;  ///< default: ~/.pgpass; ignored where others may read it
  /// The methods of authentication that the server may ask for: "scram-sha-256", "!password,!md5" …
  std::optional<std::string> require_auth;
  std::optional<pgcoro::channel_binding> channel_binding;  ///< default: prefer
  std::optional<std::string> requirepeer;                  ///< the user that must own the server behind a Unix socket
  /// Of SCRAM's key derivation, what the server may ask for at most: it bounds the CPU time a hostile one can take.
  std::uint32_t scram_max_iterations = 100'000;

  // TLS

  std::optional<pgcoro::sslmode> sslmode;  ///< default: prefer, and verify_full where `sslrootcert` is "system"
  std::optional<pgcoro::sslnegotiation> sslnegotiation;  ///< default: postgres; direct asks for `require` or more
  std::optional<std::string> sslrootcert;  ///< file, or "system"; default: ~/.postgresql/root.crt where it exists
  std::optional<std::string> sslcert;      ///< default: ~/.postgresql/postgresql.crt where it exists
  std::optional<std::string> sslkey;       ///< default: ~/.postgresql/postgresql.key where it exists
  std::optional<std::string> sslpassword;  ///< of an encrypted `sslkey`
  std::optional<pgcoro::sslcertmode> sslcertmode;       ///< default: allow
  std::optional<std::string> sslcrl;                    ///< default: ~/.postgresql/root.crl where it exists
  std::optional<std::string> sslcrldir;                 ///< hashed by `openssl rehash`
  std::optional<bool> sslsni;                           ///< default: true
  std::optional<tls_version> ssl_min_protocol_version;  ///< default: TLS 1.2, the oldest that pgcoro speaks
  std::optional<tls_version> ssl_max_protocol_version;  ///< default: the newest

  std::optional<pgcoro::gssencmode> gssencmode;

  // The network

  /// For each host, lookup, handshakes and authentication included; 0: no limit, which is the default as in libpq.
  std::optional<std::chrono::milliseconds> connect_timeout;
  std::optional<bool> keepalives;                       ///< default: true
  std::optional<std::chrono::seconds> keepalives_idle;  ///< this and the next two: 0 is the system's setting
  std::optional<std::chrono::seconds> keepalives_interval;
  std::optional<int> keepalives_count;
  std::optional<std::chrono::milliseconds> tcp_user_timeout;  ///< 0: the system's setting

  // The session

  std::optional<std::string> application_name;
  std::optional<std::string> fallback_application_name;  ///< where `application_name` is nowhere to be found
  std::optional<std::string> options;                    ///< of the server's command line: "-c search_path=app"
  std::optional<std::string> client_encoding;            ///< UTF8, or auto, which means the same: there is no other
  std::optional<replication_mode> replication;           ///< default: off
  std::optional<protocol_version> min_protocol_version;  ///< default: 3.0
  std::optional<protocol_version> max_protocol_version;  ///< default: 3.0, as in libpq: some poolers choke on 3.2
  /// Settings sent at startup: {"search_path", "app"}. Those that have an option of their own are set there.
  std::map<std::string, std::string> parameters;

  // pgcoro's own

  /// How statements are run unless a call says otherwise.
  pgcoro::statement_mode statement_mode = pgcoro::statement_mode::cached;
  std::size_t statement_cache_capacity = 256;  ///< prepared statements kept on the connection
  /// For each operation that has no deadline of its own; 0: none.
  std::chrono::milliseconds command_timeout{0};
  /// How long a cancelled operation may take to come to an end before the connection is closed.
  std::chrono::milliseconds cancel_timeout{5000};
  /// The longest message taken from the server, in bytes; the server's own limit is 1 GiB.
  std::uint64_t max_message_size = std::uint64_t{1} << 30;
  /// What is known of the types of the database that are not built in. Connections to one database that are given the
  /// same catalogue look each type up once for all. Null: each connection has its own.
  std::shared_ptr<type_catalog> types = nullptr;
  /// Hears of the attempt to connect and of what is done on the connection; null: nobody does, and nothing is paid.
  std::shared_ptr<pgcoro::tracer> tracer = nullptr;
};

}  // namespace pgcoro
