#include "unit/replication/capture_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <pgcoro/protocol/reader.hpp>

namespace pgcoro::test {
namespace {

const std::filesystem::path folder = PGCORO_CAPTURES;

}  // namespace

capture_file read_capture(const std::string& name) {
  std::ifstream file(folder / (name + ".pgoutput"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  protocol::reader in(protocol::as_bytes(bytes));
  capture_file made{name, {}, {}};
  made.options.parallel_streaming = in.u8() != 0;
  while (in.ok() && in.remaining() != 0) {
    const std::uint32_t size = in.u32();
    const lsn start{in.u64()};
    const protocol::bytes_view data = in.bytes(size);
    made.messages.push_back({start, {data.begin(), data.end()}});
  }
  return made;
}

std::vector<capture_file> read_captures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".pgoutput") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  std::vector<capture_file> all;
  for (const std::string& name : names) all.push_back(read_capture(name));
  return all;
}

}  // namespace pgcoro::test
