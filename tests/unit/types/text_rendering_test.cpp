// std::string from binary values of types that are no text.

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

struct rendering {
  oid type;
  std::string wire;
  std::string text;
};

std::vector<rendering> renderings() {
  using std::string_literals::operator""s;
  const std::string one_two = be(1.0) + be(2.0);
  const std::string three_four = be(3.0) + be(4.0);
  return {{oids::inet, bytes({2, 24, 0, 4, 192, 168, 1, 5}), "192.168.1.5/24"},
          {oids::cidr, bytes({2, 24, 1, 4, 192, 168, 1, 0}), "192.168.1.0/24"},
          {oids::macaddr, bytes({8, 0, 0x2b, 1, 2, 3}), "08:00:2b:01:02:03"},
          {oids::macaddr8, bytes({8, 0, 0x2b, 1, 2, 3, 4, 5}), "08:00:2b:01:02:03:04:05"},
          {oids::point, one_two, "(1,2)"},
          {oids::line, one_two + be(3.0), "{1,2,3}"},
          {oids::lseg, one_two + three_four, "[(1,2),(3,4)]"},
          {oids::box, three_four + one_two, "(3,4),(1,2)"},
          {oids::path, bytes({0, 0, 0, 0, 1}) + one_two, "[(1,2)]"},
          {oids::polygon, bytes({0, 0, 0, 1}) + one_two, "((1,2))"},
          {oids::circle, one_two + be(3.0), "<(1,2),3>"},
          {oids::bit, bytes({0, 0, 0, 3, 0xa0}), "101"},
          {oids::varbit, bytes({0, 0, 0, 3, 0xa0}), "101"},
          {oids::xid, bytes({0, 0, 0, 7}), "7"},
          {oids::cid, bytes({0, 0, 0, 7}), "7"},
          {oids::xid8, bytes({0, 0, 0, 0, 0, 0, 0, 7}), "7"},
          {oids::tid, bytes({0, 0, 0, 1, 0, 2}), "(1,2)"},
          {oids::pg_lsn, bytes({0, 0, 0, 1, 0, 0, 0, 0x1a}), "1/1A"},
          {oids::pg_snapshot, be(0) + be(std::uint64_t{5}) + be(std::uint64_t{6}), "5:6:"},
          {oids::txid_snapshot, be(0) + be(std::uint64_t{5}) + be(std::uint64_t{6}), "5:6:"},
          {oids::tsvector, bytes({0, 0, 0, 1}) + "cat\0\0\0"s, "'cat'"},
          {oids::tsquery, bytes({0, 0, 0, 1, 1, 0, 0}) + "cat\0"s, "'cat'"}};
}

TEST(string, is_the_text_of_values_in_binary) {
  for (const rendering& r : renderings()) {
    EXPECT_EQ(decode_binary<std::string>(r.type, r.wire), ok(r.text));
    EXPECT_EQ(decode_text<std::string>(r.type, r.text), ok(r.text));
  }
}

TEST(string, refuses_malformed_values_in_binary) {
  for (const rendering& r : renderings())
    for (std::size_t size = 0; size < r.wire.size(); ++size)
      EXPECT_EQ(decode_binary<std::string>(r.type, std::string_view(r.wire).substr(0, size)),
                failure<std::string>(errc::invalid_value))
          << r.text << ", " << size << " bytes";
}

TEST(string, is_no_value_in_binary_of_which_only_the_server_knows_the_text) {
  for (const oid type : {oids::regclass, oids::money, oids::int4_array, oids::record, oid{16'400}})
    EXPECT_EQ(decode_binary<std::string>(type, std::string(8, '\0')), failure<std::string>(errc::type_mismatch));
}

}  // namespace
}  // namespace pgcoro::testing
