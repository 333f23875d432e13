// A stream of arbitrary bytes that arrives in pieces of arbitrary sizes: the same messages as in one piece, and memory
// in step with what has come. The first two bytes of the input choose the limits and the pieces.
#include <algorithm>
#include <vector>

#include "message_codecs.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::protocol;
using fuzz::require;

constexpr std::size_t chunk = 16;

message_framer make_framer(std::uint8_t choice) {
  framing_limits limits;
  if ((choice & 1) != 0) limits.max_message_size = 64;
  message_framer framer(limits, (choice & 2) != 0 ? sender::client : sender::server);
  if ((choice & 4) != 0) framer.authenticated();
  return framer;
}

void handle(const message_view& m, sender from) {
  for (const auto& codec : fuzz::message_codecs) {
    buffer out;
    if (codec.type == m.type && codec.from == from) (void)codec.rewrite(m.body, out);
  }
}

/// Sizes of the messages of a stream, and how it ends.
struct framed {
  std::vector<std::size_t> sizes;
  frame_status end = frame_status::need_more;
};

framed frame_whole(message_framer framer, bytes_view stream) {
  framed result;
  for (message_view m; (result.end = framer.next(stream, m)) == frame_status::complete;) {
    require(m.size() <= stream.size() && m.body.data() == stream.data() + header_size);
    result.sizes.push_back(m.size());
    stream = stream.subspan(m.size());
  }
  return result;
}

framed frame_in_pieces(message_framer framer, bytes_view stream, std::size_t piece, sender from) {
  framed result;
  buffer received;
  while (true) {
    for (message_view m; (result.end = framer.next(received.data(), m)) == frame_status::complete;) {
      handle(m, from);
      result.sizes.push_back(m.size());
      received.consume(m.size());
    }
    if (result.end == frame_status::failed || stream.empty()) return result;
    const std::size_t room = framer.room_wanted(received.size(), chunk);
    require(room <= std::max(received.size(), chunk));
    const std::size_t n = std::min({piece, room, stream.size()});
    std::copy_n(stream.begin(), n, received.prepare(room));
    received.commit(n);
    stream = stream.subspan(n);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bytes_view stream{reinterpret_cast<const std::byte*>(data + 2), size - 2};
  const sender from = (data[0] & 2) != 0 ? sender::client : sender::server;
  const framed whole = frame_whole(make_framer(data[0]), stream);
  const framed pieces = frame_in_pieces(make_framer(data[0]), stream, std::size_t{data[1]} + 1, from);
  require(whole.sizes == pieces.sizes && whole.end == pieces.end);
  return 0;
}
