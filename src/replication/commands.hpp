// The texts of replication commands, for the version of the server that they go to, and whether it knows what they ask
// for. Protocol documentation, "Streaming Replication Protocol".
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include <pgcoro/error.hpp>
#include <pgcoro/replication/base_backup_options.hpp>
#include <pgcoro/replication/pgoutput_options.hpp>
#include <pgcoro/replication/slot.hpp>

namespace pgcoro::detail {

/// The text, or errc::unsupported_server naming the feature and the version that has it, errc::embedded_nul.
using command_text = boost::system::result<std::string, error_info>;

command_text show_command(std::string_view setting);
std::string timeline_history_command(std::uint32_t timeline);
command_text create_slot_command(int version, std::string_view name, const replication::logical_slot_options& options);
command_text create_slot_command(int version, std::string_view name, const replication::physical_slot_options& options);
command_text read_slot_command(int version, std::string_view name);
command_text alter_slot_command(int version, std::string_view name, const replication::slot_changes& changes);
command_text drop_slot_command(std::string_view name, bool wait);

/// The options of pgoutput for that server, as START_REPLICATION takes them.
struct plugin_options {
  std::vector<std::pair<std::string, std::string>> values;
};
boost::system::result<plugin_options, error_info> pgoutput_plugin_options(int version,
                                                                          const replication::pgoutput_options& options);

command_text start_logical_command(std::string_view slot, lsn from, const plugin_options& options);
/// `slot` empty: none. `timeline` 0: the server's own.
command_text start_physical_command(std::string_view slot, lsn from, std::uint32_t timeline);
command_text base_backup_command(int version, const replication::base_backup_options& options);

}  // namespace pgcoro::detail
