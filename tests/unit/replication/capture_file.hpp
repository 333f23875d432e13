// What servers sent, recorded by captures/capture.py.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <pgcoro/protocol/bytes.hpp>
#include <pgcoro/replication/pgoutput_decoder.hpp>

namespace pgcoro::test {

struct captured_message {
  lsn start;
  std::vector<std::byte> data;
};

struct capture_file {
  std::string name;  ///< "18-4": of the server, then of the protocol
  replication::decoder_options options;
  std::vector<captured_message> messages;
};

capture_file read_capture(const std::string& name);
/// All of them, by name.
std::vector<capture_file> read_captures();

}  // namespace pgcoro::test
