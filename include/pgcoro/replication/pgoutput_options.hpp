// What to ask the output plugin pgoutput for (documentation, "Logical Streaming Replication Protocol").
//
//   pgoutput_options options("shop");
//   options.messages = true;
//   options.streaming = streaming_mode::on;
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>

namespace pgcoro::replication {

/// Whether transactions that are too large for the server's memory are sent before they have ended.
enum class streaming_mode : unsigned char {
  off,
  on,        ///< PostgreSQL 14 or newer
  parallel,  ///< PostgreSQL 16 or newer: an abort says where and when
};

/// Which changes are sent, by where they came from. PostgreSQL 16 or newer.
enum class origin_filter : unsigned char {
  any,   ///< all
  none,  ///< those alone that did not come by replication
};

struct pgoutput_options {
  /// Publications, as they are named in the database.
  template <std::convertible_to<std::string_view>... Name>
    requires(sizeof...(Name) > 0)
  explicit pgoutput_options(const Name&... names) : publications{std::string(std::string_view(names))...} {}

  std::vector<std::string> publications;
  /// Values in binary, where their types have such a format: cheaper for both sides. Default: where the server can,
  /// PostgreSQL 14 or newer.
  std::optional<bool> binary;
  bool messages = false;                           ///< of pg_logical_emit_message(); PostgreSQL 14 or newer
  streaming_mode streaming = streaming_mode::off;  ///< see streaming_mode
  bool two_phase = false;                          ///< PREPARE TRANSACTION as such; PostgreSQL 15 or newer
  std::optional<origin_filter> origin;             ///< PostgreSQL 16 or newer
  /// Other options, as the server spells them, for what is newer than this library.
  std::vector<std::pair<std::string, std::string>> others;
};

}  // namespace pgcoro::replication
