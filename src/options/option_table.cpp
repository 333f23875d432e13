#include "options/option_table.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <type_traits>
#include <utility>

#include "options/option_values.hpp"

namespace pgcoro::detail {
namespace {

template <auto Member>
using value_of = typename std::remove_reference_t<decltype(std::declval<connect_options>().*Member)>::value_type;

/// What an option's member says of it; how its text is stored comes on top.
template <auto Member>
constexpr option_entry about(std::string_view name, const char* variable) {
  using value_type = value_of<Member>;
  option_entry entry{};
  entry.name = name;
  entry.variable = variable;
  entry.is_set = [](const connect_options& options) { return (options.*Member).has_value(); };
  if constexpr (std::is_same_v<value_type, std::string>) {
    entry.text = [](const connect_options& options) { return std::string_view(*(options.*Member)); };
  } else if constexpr (std::is_same_v<value_type, port_list>) {
    entry.text = [](const connect_options& options) { return std::string_view((options.*Member)->text()); };
  }
  return entry;
}

/// An option that is a member of `connect_options`; its type says how its text is read, `Check`, a function from the
/// text to an expectation, what it must be besides.
template <auto Member, auto Check = nullptr>
constexpr option_entry member(std::string_view name, const char* variable) {
  option_entry entry = about<Member>(name, variable);
  entry.store = [](std::string_view text, connect_options& options) -> expectation {
    using value_type = value_of<Member>;
    if constexpr (std::is_same_v<value_type, tls_version>) {
      if (text.empty()) return std::nullopt;  // no bound, says libpq
    }
    value_type value{};
    expectation wrong = read_option(text, value);
    // By its type: under UBSan g++ does not take a function's address for a constant that differs from null.
    if constexpr (!std::is_null_pointer_v<decltype(Check)>) wrong = Check(text);
    if (!wrong) options.*Member = std::move(value);
    return wrong;
  };
  return entry;
}

/// A member that is a time, counted in `Unit`s where it is text.
template <auto Member, class Unit>
constexpr option_entry time(std::string_view name, const char* variable) {
  option_entry entry = about<Member>(name, variable);
  entry.store = [](std::string_view text, connect_options& options) -> expectation {
    int count = 0;
    expectation wrong = read_option(text, count);
    if (!wrong) options.*Member = Unit(count);
    return wrong;
  };
  return entry;
}

/// An option that changes nothing here, whatever its value.
constexpr option_entry without_effect(std::string_view name, const char* variable) {
  option_entry entry{};
  entry.name = name;
  entry.variable = variable;
  entry.store = [](std::string_view, connect_options&) -> expectation { return std::nullopt; };
  return entry;
}

expectation refuse_scram_key(std::string_view, connect_options&) { return "left out: pgcoro takes a password instead"; }
expectation refuse_oauth(std::string_view, connect_options&) {
  return "left out: pgcoro does not run OAuth's device flow";
}
expectation refuse_key_log(std::string_view, connect_options&) {
  return "left out: pgcoro writes no TLS secrets to files";
}

constexpr option_entry refused(std::string_view name, expectation (*store)(std::string_view, connect_options&)) {
  option_entry entry = without_effect(name, nullptr);
  entry.store = store;
  return entry;
}

using o = connect_options;

// In the order of libpq's own table. GSSAPI's own options and TLS compression do nothing: there is neither.
constexpr auto table = std::to_array<option_entry>({
    member<&o::service>("service", "PGSERVICE"),
    member<&o::user>("user", "PGUSER"),
    member<&o::password>("password", "PGPASSWORD"),
    member<&o::passfile>("passfile", "PGPASSFILE"),
    member<&o::channel_binding>("channel_binding", "PGCHANNELBINDING"),
    time<&o::connect_timeout, std::chrono::seconds>("connect_timeout", "PGCONNECT_TIMEOUT"),
    member<&o::dbname>("dbname", "PGDATABASE"),
    member<&o::host>("host", "PGHOST"),
    member<&o::hostaddr>("hostaddr", "PGHOSTADDR"),
    member<&o::port>("port", "PGPORT"),
    member<&o::client_encoding, check_client_encoding>("client_encoding", "PGCLIENTENCODING"),
    member<&o::options>("options", "PGOPTIONS"),
    member<&o::application_name>("application_name", "PGAPPNAME"),
    member<&o::fallback_application_name>("fallback_application_name", nullptr),
    member<&o::keepalives>("keepalives", nullptr),
    time<&o::keepalives_idle, std::chrono::seconds>("keepalives_idle", nullptr),
    time<&o::keepalives_interval, std::chrono::seconds>("keepalives_interval", nullptr),
    member<&o::keepalives_count>("keepalives_count", nullptr),
    time<&o::tcp_user_timeout, std::chrono::milliseconds>("tcp_user_timeout", nullptr),
    member<&o::sslmode>("sslmode", "PGSSLMODE"),
    member<&o::sslnegotiation>("sslnegotiation", "PGSSLNEGOTIATION"),
    without_effect("sslcompression", "PGSSLCOMPRESSION"),
    member<&o::sslcert>("sslcert", "PGSSLCERT"),
    member<&o::sslkey>("sslkey", "PGSSLKEY"),
    member<&o::sslcertmode>("sslcertmode", "PGSSLCERTMODE"),
    member<&o::sslpassword>("sslpassword", nullptr),
    member<&o::sslrootcert>("sslrootcert", "PGSSLROOTCERT"),
    member<&o::sslcrl>("sslcrl", "PGSSLCRL"),
    member<&o::sslcrldir>("sslcrldir", "PGSSLCRLDIR"),
    member<&o::sslsni>("sslsni", "PGSSLSNI"),
    member<&o::requirepeer>("requirepeer", "PGREQUIREPEER"),
    member<&o::require_auth, check_require_auth>("require_auth", "PGREQUIREAUTH"),
    member<&o::min_protocol_version>("min_protocol_version", "PGMINPROTOCOLVERSION"),
    member<&o::max_protocol_version>("max_protocol_version", "PGMAXPROTOCOLVERSION"),
    member<&o::ssl_min_protocol_version>("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    member<&o::ssl_max_protocol_version>("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    member<&o::gssencmode>("gssencmode", "PGGSSENCMODE"),
    without_effect("krbsrvname", "PGKRBSRVNAME"),
    without_effect("gsslib", "PGGSSLIB"),
    without_effect("gssdelegation", "PGGSSDELEGATION"),
    member<&o::replication>("replication", nullptr),
    member<&o::target_session_attrs>("target_session_attrs", "PGTARGETSESSIONATTRS"),
    member<&o::load_balance_hosts>("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    refused("scram_client_key", refuse_scram_key),
    refused("scram_server_key", refuse_scram_key),
    refused("oauth_issuer", refuse_oauth),
    refused("oauth_client_id", refuse_oauth),
    refused("oauth_client_secret", refuse_oauth),
    refused("oauth_scope", refuse_oauth),
    refused("sslkeylogfile", refuse_key_log),
});

/// Whether a name from a connection string may be shown: a word of a password that was not quoted seldom looks like it.
bool looks_like_a_name(std::string_view text) {
  constexpr std::size_t longest = 40;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::span<const option_entry> option_table() noexcept { return table; }

const option_entry* find_option(std::string_view name) noexcept {
  const auto found = std::ranges::find(table, name, &option_entry::name);
  return found != table.end() ? &*found : nullptr;
}

option_result<conninfo_setting> make_setting(std::string_view name, std::string value) {
  if (name == "requiressl") return conninfo_setting{"sslmode", value.starts_with('1') ? "require" : "prefer"};
  if (const option_entry* option = find_option(name)) return conninfo_setting{option->name, std::move(value)};
  return unknown_option(name);
}

error_info unknown_option(std::string_view name) {
  if (!looks_like_a_name(name)) return invalid_option("unknown connection option");
  return invalid_option("unknown connection option \"" + std::string(name) + "\"");
}

error_info store_option(connect_options& options, const option_entry& option, std::string_view value,
                        std::string_view source) {
  std::string where(option.name);
  if (!source.empty()) where.append(" (").append(source).append(")");
  if (has_nul(value)) return invalid_option(where + ": the value contains a NUL character");
  if (const auto expected = option.store(value, options)) return invalid_option(where + ": must be " + *expected);
  return {};
}

}  // namespace pgcoro::detail
