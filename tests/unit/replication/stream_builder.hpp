// A stream of messages written by hand, decoded one by one.
#pragma once

#include <deque>
#include <gtest/gtest.h>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/replication/pgoutput_decoder.hpp>

#include "unit/replication/pgoutput_encoder.hpp"

namespace pgcoro::test {

class stream_builder {
 public:
  explicit stream_builder(replication::decoder_options options = {}) : decoder(std::move(options)) {}

  replication::pgoutput_decoder decoder;

  error_info decode(byte_writer written, replication::message& m) {
    kept_.push_back(written.bytes());
    return decoder.decode({0x16'B374'D848}, kept_.back(), m);
  }
  /// What is wrong with it; empty where it is fine.
  std::string refused(byte_writer written) {
    replication::message m;
    return decode(std::move(written), m).message();
  }
  /// Fails the test where it is malformed.
  template <class Message = replication::message>
  Message take(byte_writer written) {
    replication::message m;
    const error_info failed = decode(std::move(written), m);
    EXPECT_FALSE(failed) << failed.what();
    if constexpr (std::same_as<Message, replication::message>)
      return m;
    else
      return std::get<Message>(m);
  }

  void begin(std::uint32_t xid = 7) { take(byte_writer().u8('B').u64(100).u64(0).u32(xid)); }
  void commit() { take(byte_writer().u8('C').u8(0).u64(100).u64(110).u64(0)); }
  void stream_start(std::uint32_t xid) { take(byte_writer().u8('S').u32(xid).u8(1)); }
  void stream_stop() { take(byte_writer().u8('E')); }

 private:
  std::deque<std::vector<std::byte>> kept_;
};

struct column_text {
  std::string_view name;
  oid type;
  bool key = false;
};

struct table_text {
  std::string_view schema = "public";
  std::string_view name = "t";
};

/// A Relation; `xid` where it is streamed.
inline byte_writer relation_message(oid id, std::vector<column_text> columns, char identity = 'd',
                                    std::uint32_t xid = 0, table_text table = {}) {
  byte_writer out;
  out.u8('R');
  if (xid != 0) out.u32(xid);
  out.u32(id).text(table.schema).text(table.name).u8(identity).u16(columns.size());
  for (const column_text& c : columns) out.u8(c.key).text(c.name).u32(c.type).u32(-1);
  return out;
}

}  // namespace pgcoro::test
