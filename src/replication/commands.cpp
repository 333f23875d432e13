#include "replication/commands.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "session/server_version.hpp"

namespace pgcoro::detail {

using namespace std::string_literals;
namespace repl = pgcoro::replication;

namespace {

error_info refused(errc code, std::string message) {
  error_details details;
  details.code = make_error_code(code);
  details.message = std::move(message);
  details.stage = "replication";
  details.safe_to_retry = true;
  return error_info(std::move(details));
}

/// Collects the text of a command and the first reason why it cannot be sent.
class command {
 public:
  explicit command(std::string_view begin, int version = 0) : text_(begin), version_(version) {}

  command& word(std::string_view text) {
    text_.append(" ").append(text);
    return *this;
  }
  /// The grammar of replication commands has neither E'' nor U&"", and takes a backslash as it is.
  command& name(std::string_view text) { return quoted(text, '"'); }
  command& string(std::string_view text) { return quoted(text, '\''); }
  command& number(std::uint64_t value) { return word(std::to_string(value)); }

  /// Options within parentheses.
  command& option(std::string_view name) {
    text_.append(options_++ == 0 ? " (" : ", ").append(name);
    return *this;
  }
  command& end_options() {
    if (options_ != 0) text_.push_back(')');
    return *this;
  }

  /// Refuses what an older server would call a syntax error.
  command& needs(bool wanted, int version, std::string_view feature) {
    if (wanted && version_ < version && !reason_) reason_ = too_old("replication", feature, version, version_);
    return *this;
  }

  command_text take() {
    if (reason_) return *reason_;
    return std::move(text_);
  }

 private:
  command& quoted(std::string_view text, char quote) {
    if (text.find('\0') != std::string_view::npos && !reason_)
      reason_ = refused(errc::embedded_nul, "a name or an option of a replication command holds NUL");
    text_.append(" ").push_back(quote);
    for (const char c : text) {
      if (c == quote) text_.push_back(quote);
      text_.push_back(c);
    }
    text_.push_back(quote);
    return *this;
  }

  std::string text_;
  int version_;
  int options_ = 0;
  std::optional<error_info> reason_;
};

constexpr std::string_view boolean(bool value) { return value ? "true" : "false"; }

}  // namespace

/// A parameter's name may have two parts, "pgcoro.setting".
command_text show_command(std::string_view setting) {
  command text("SHOW");
  const std::size_t dot = setting.find('.');
  text.name(setting.substr(0, dot));
  if (dot != std::string_view::npos) text.word(".").name(setting.substr(dot + 1));
  return text.take();
}

std::string timeline_history_command(std::uint32_t timeline) { return "TIMELINE_HISTORY " + std::to_string(timeline); }

command_text create_slot_command(int version, std::string_view name, const repl::logical_slot_options& options) {
  constexpr std::string_view words[] = {"NOEXPORT_SNAPSHOT", "EXPORT_SNAPSHOT", "USE_SNAPSHOT"};
  constexpr std::string_view values[] = {"'nothing'", "'export'", "'use'"};
  command text("CREATE_REPLICATION_SLOT", version);
  text.needs(options.two_phase, 15, "a two-phase slot").needs(options.failover, 17, "a failover slot");
  text.name(name);
  if (options.temporary) text.word("TEMPORARY");
  text.word("LOGICAL").name(options.plugin);
  const auto snapshot = static_cast<std::size_t>(options.snapshot);
  if (version < 15) return text.word(words[snapshot]).take();
  text.option("SNAPSHOT").word(values[snapshot]);
  if (options.two_phase) text.option("TWO_PHASE");
  if (options.failover) text.option("FAILOVER");
  return text.end_options().take();
}

command_text create_slot_command(int version, std::string_view name, const repl::physical_slot_options& options) {
  command text("CREATE_REPLICATION_SLOT", version);
  text.name(name);
  if (options.temporary) text.word("TEMPORARY");
  text.word("PHYSICAL");
  if (!options.reserve_wal) return text.take();
  return version < 15 ? text.word("RESERVE_WAL").take() : text.option("RESERVE_WAL").end_options().take();
}

command_text read_slot_command(int version, std::string_view name) {
  command text("READ_REPLICATION_SLOT", version);
  return text.needs(true, 15, "READ_REPLICATION_SLOT").name(name).take();
}

command_text alter_slot_command(int version, std::string_view name, const repl::slot_changes& changes) {
  command text("ALTER_REPLICATION_SLOT", version);
  text.needs(true, 17, "ALTER_REPLICATION_SLOT");
  text.needs(changes.two_phase.has_value(), 18, "changing two_phase of a slot").name(name);
  if (changes.failover) text.option("FAILOVER").word(boolean(*changes.failover));
  if (changes.two_phase) text.option("TWO_PHASE").word(boolean(*changes.two_phase));
  if (!changes.failover && !changes.two_phase) return refused(errc::invalid_option, "nothing to change in the slot");
  return text.end_options().take();
}

command_text drop_slot_command(std::string_view name, bool wait) {
  command text("DROP_REPLICATION_SLOT");
  text.name(name);
  if (wait) text.word("WAIT");
  return text.take();
}

namespace {

/// As SplitIdentifierString() of the server reads it: quoted names, separated by commas.
std::string publication_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += list.empty() ? "\"" : ",\"";
    for (const char c : name) list.append(c == '"' ? 2 : 1, c);
    list += '"';
  }
  return list;
}

/// The oldest protocol that has what is asked for: older servers know no newer one.
int protocol_for(const repl::pgoutput_options& options) {
  if (options.streaming == repl::streaming_mode::parallel) return 4;
  if (options.two_phase) return 3;
  return options.streaming == repl::streaming_mode::on ? 2 : 1;
}

}  // namespace

boost::system::result<plugin_options, error_info> pgoutput_plugin_options(int version,
                                                                          const repl::pgoutput_options& options) {
  command checked({}, version);
  checked.needs(options.binary.value_or(false), 14, "pgoutput's binary format");
  checked.needs(options.messages, 14, "pgoutput's messages");
  checked.needs(options.streaming != repl::streaming_mode::off, 14, "streaming of transactions in progress");
  checked.needs(options.streaming == repl::streaming_mode::parallel, 16, "parallel streaming");
  checked.needs(options.two_phase, 15, "two-phase decoding");
  checked.needs(options.origin.has_value(), 16, "filtering by origin");
  if (const command_text text = checked.take(); !text) return text.error();
  if (options.publications.empty()) return refused(errc::invalid_option, "pgoutput needs a publication");

  plugin_options made;
  const auto add = [&](std::string_view name, std::string value) { made.values.emplace_back(name, std::move(value)); };
  add("proto_version", std::to_string(protocol_for(options)));
  add("publication_names", publication_list(options.publications));
  if (options.binary.value_or(version >= 14)) add("binary", "true");
  if (options.messages) add("messages", "true");
  if (options.streaming != repl::streaming_mode::off)
    add("streaming", options.streaming == repl::streaming_mode::parallel ? "parallel" : "on");
  if (options.two_phase) add("two_phase", "true");
  if (options.origin) add("origin", *options.origin == repl::origin_filter::none ? "none" : "any");
  made.values.insert(made.values.end(), options.others.begin(), options.others.end());
  return made;
}

command_text start_logical_command(std::string_view slot, lsn from, const plugin_options& options) {
  command text("START_REPLICATION SLOT");
  text.name(slot).word("LOGICAL").word(to_string(from));
  for (const auto& [name, value] : options.values) text.option({}).name(name).string(value);
  return text.end_options().take();
}

command_text start_physical_command(std::string_view slot, lsn from, std::uint32_t timeline) {
  command text("START_REPLICATION");
  if (!slot.empty()) text.word("SLOT").name(slot);
  text.word("PHYSICAL").word(to_string(from));
  if (timeline != 0) text.word("TIMELINE").number(timeline);
  return text.take();
}

namespace {

constexpr std::string_view checksum_names[] = {"NONE", "CRC32C", "SHA224", "SHA256", "SHA384", "SHA512"};
constexpr std::string_view manifest_names[] = {"no", "yes", "force-encode"};

/// Without parentheses and in this order: PostgreSQL 13 and 14.
void old_backup_options(command& text, const repl::base_backup_options& options) {
  text.word("LABEL").string(options.label);
  if (options.progress) text.word("PROGRESS");
  if (options.checkpoint == repl::backup_checkpoint::fast) text.word("FAST");
  if (options.wal) text.word("WAL");
  if (!options.wait) text.word("NOWAIT");
  if (options.max_rate != 0) text.word("MAX_RATE").number(options.max_rate);
  if (options.tablespace_map) text.word("TABLESPACE_MAP");
  if (!options.verify_checksums) text.word("NOVERIFY_CHECKSUMS");
  if (options.manifest == repl::backup_manifest::no) return;
  text.word("MANIFEST").string(manifest_names[static_cast<std::size_t>(options.manifest)]);
  text.word("MANIFEST_CHECKSUMS").string(checksum_names[static_cast<std::size_t>(options.checksums)]);
}

void backup_options(command& text, const repl::base_backup_options& options) {
  text.option("LABEL").string(options.label);
  text.option("PROGRESS").word(boolean(options.progress));
  text.option("CHECKPOINT").string(options.checkpoint == repl::backup_checkpoint::fast ? "fast" : "spread");
  text.option("WAL").word(boolean(options.wal));
  text.option("WAIT").word(boolean(options.wait));
  if (options.max_rate != 0) text.option("MAX_RATE").number(options.max_rate);
  text.option("TABLESPACE_MAP").word(boolean(options.tablespace_map));
  text.option("VERIFY_CHECKSUMS").word(boolean(options.verify_checksums));
  if (options.manifest != repl::backup_manifest::no) {
    text.option("MANIFEST").string(manifest_names[static_cast<std::size_t>(options.manifest)]);
    text.option("MANIFEST_CHECKSUMS").string(checksum_names[static_cast<std::size_t>(options.checksums)]);
  }
  text.end_options();
}

}  // namespace

command_text base_backup_command(int version, const repl::base_backup_options& options) {
  command text("BASE_BACKUP", version);
  if (version < 15)
    old_backup_options(text, options);
  else
    backup_options(text, options);
  return text.take();
}

}  // namespace pgcoro::detail
