// One or more samples of every message: as a struct, and as the bytes that the protocol's documentation prescribes.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/framer.hpp>

namespace pgcoro::protocol::test {

struct message_sample {
  std::string name;  ///< a word, fit for the name of a test
  sender from;
  std::string bytes;                                      ///< the whole message, by hand from the documentation
  bool open_ended;                                        ///< the body ends with bytes that may be more or fewer
  std::function<errc(buffer&)> write;                     ///< writes the struct
  std::function<protocol_error(bytes_view body)> parse;   ///< reads a body
  std::function<errc(bytes_view body, buffer&)> rewrite;  ///< reads a body and writes what it holds
};

const std::vector<message_sample>& message_samples();

void PrintTo(const message_sample& sample, std::ostream* out);

}  // namespace pgcoro::protocol::test
