// What PostgreSQL 13 to 18 really send, in every version of the protocol.
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "unit/replication/capture_file.hpp"
#include "unit/replication/pgoutput_encoder.hpp"

namespace pgcoro::test {
namespace {

using replication::message;
using replication::pgoutput_decoder;

TEST(captures, are_there_for_every_server_and_every_protocol) {
  std::set<std::string> names;
  for (const capture_file& capture : read_captures()) {
    names.insert(capture.name);
    EXPECT_GT(capture.messages.size(), 90U) << capture.name;
  }
  for (const char* name :
       {"13-1", "14-1", "14-2", "15-1", "15-3", "16-1", "16-3", "16-4", "17-1", "17-3", "17-4", "18-1", "18-3", "18-4"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(captures, have_every_kind_of_message) {
  for (const char* name : {"15-3", "16-4", "17-4", "18-4"}) {
    std::set<char> kinds;
    for (const captured_message& m : read_capture(name).messages) kinds.insert(static_cast<char>(m.data[0]));
    EXPECT_EQ(std::string(kinds.begin(), kinds.end()), "ABCDEIKMOPRSTUYbcpr") << name;
  }
}

TEST(captures, are_decoded_and_written_again_byte_for_byte) {
  for (const capture_file& capture : read_captures()) {
    SCOPED_TRACE(capture.name);
    pgoutput_decoder decoder(capture.options);
    bool streamed = false;
    for (const captured_message& captured : capture.messages) {
      message m;
      const error_info failed = decoder.decode(captured.start, captured.data, m);
      ASSERT_FALSE(failed) << failed.what();
      EXPECT_EQ(m.position, captured.start);
      EXPECT_EQ(encode(m, streamed, capture.options.parallel_streaming), captured.data)
          << replication::name_of_message(static_cast<char>(captured.data[0]));
      if (std::holds_alternative<replication::stream_start>(m)) streamed = true;
      if (std::holds_alternative<replication::stream_stop>(m)) streamed = false;
      decoder.release();
    }
    EXPECT_FALSE(decoder.in_transaction());
  }
}

TEST(captures, cut_anywhere_are_errors_that_leave_the_decoder_as_it_was) {
  for (const capture_file& capture : read_captures()) {
    SCOPED_TRACE(capture.name);
    pgoutput_decoder decoder(capture.options);
    message m;
    for (const captured_message& captured : capture.messages) {
      for (std::size_t size = 0; size < captured.data.size(); ++size) {
        // A copy of its own, so that a sanitizer sees what is read beyond the end.
        const std::vector<std::byte> cut(captured.data.begin(),
                                         captured.data.begin() + static_cast<std::ptrdiff_t>(size));
        const error_info failed = decoder.decode(captured.start, cut, m);
        ASSERT_EQ(failed.code(), errc::protocol_error) << "cut to " << size << " bytes";
        ASSERT_FALSE(failed.connection_usable());
      }
      std::vector<std::byte> longer = captured.data;
      longer.push_back({});
      ASSERT_EQ(decoder.decode(captured.start, longer, m).code(), errc::protocol_error);
      decoder.release();
      ASSERT_FALSE(decoder.decode(captured.start, captured.data, m));
    }
  }
}

}  // namespace
}  // namespace pgcoro::test
