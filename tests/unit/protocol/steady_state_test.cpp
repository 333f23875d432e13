#include <gtest/gtest.h>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/query.hpp>
#include <pgcoro/protocol/steady_state.hpp>

#include "support.hpp"

namespace pgcoro::protocol {
namespace {

using test::contents;

template <class... Messages>
std::string written(const Messages&... messages) {
  buffer out;
  EXPECT_TRUE(((write(out, messages) == errc{}) && ...));
  return contents(out);
}

std::string fused(void (*write)(buffer&)) {
  buffer out;
  write(out);
  return contents(out);
}

TEST(steady_state, is_the_same_bytes_as_the_messages_one_by_one) {
  EXPECT_EQ(fused(write_execute), written(execute_request{}));
  EXPECT_EQ(fused(write_sync), written(sync_request{}));
  EXPECT_EQ(fused(write_flush), written(flush_request{}));
  EXPECT_EQ(fused(write_execute_sync), written(execute_request{}, sync_request{}));
  EXPECT_EQ(fused(write_describe_portal), written(describe_request{.target = described::portal}));
}

TEST(steady_state, ends_a_statement_with_fifteen_bytes) { EXPECT_EQ(fused(write_execute_sync).size(), 15u); }

}  // namespace
}  // namespace pgcoro::protocol
