// A value that no message can carry is refused before it is read or memory is taken for it. Here such values say that
// they are longer than they are: whoever reads one crashes.
#include <array>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/detail/encode_row.hpp>
#include <pgcoro/detail/text_copy_tuple.hpp>
#include <pgcoro/types/array.hpp>

#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using detail::copy_column;
using detail::copy_member;

constexpr std::size_t too_long = protocol::max_message_length + 1;
constexpr std::size_t a_few = 4096;

std::string_view endless_text() { return {"x", too_long}; }
std::span<const std::byte> endless_bytes() {
  static const std::byte one{};
  return {&one, too_long};
}

copy_column planned(const copy_member& member, oid type, format f) {
  copy_column column;
  const std::array<const copy_member*, 1> members{&member};
  EXPECT_FALSE(detail::plan_copy(members, make_columns({make_column("a", type)}), f, std::span(&column, 1)));
  return column;
}

template <class T>
void copied_in_binary(const T& value, oid type) {
  const copy_column column = planned(detail::copy_member_of<T>, type, format::binary);
  protocol::buffer out;
  std::size_t failed_at = 1;
  const std::tuple<const T&> row(value);
  EXPECT_EQ(detail::write_copy_row(row, &column, out, failed_at, std::make_index_sequence<1>()),
            errc::message_too_large);
  EXPECT_EQ(failed_at, 0u);
  if constexpr (detail::sized_in_advance<not_null_t<T>>) {
    EXPECT_FALSE(detail::store_copy_row(row, out, protocol::max_message_length, std::make_index_sequence<1>()));
  }
  EXPECT_LE(out.capacity(), a_few);
}

TEST(too_long_value, is_refused_by_binary_copy) {
  copied_in_binary(endless_text(), oids::text);
  copied_in_binary(endless_text(), oids::json);
  copied_in_binary(endless_text(), oids::jsonb);
  copied_in_binary(std::optional(endless_text()), oids::text);
  copied_in_binary(endless_bytes(), oids::bytea);
  copied_in_binary(std::vector{endless_text()}, oids::text_array);
}

template <class T>
void copied_as_text(const T& value, oid type) {
  const copy_column column = planned(detail::text_copy_member_of<T>, type, format::text);
  detail::copy_line_writer line;
  protocol::buffer out;
  std::size_t failed_at = 1;
  const std::tuple<const T&> row(value);
  EXPECT_EQ(detail::write_copy_line(row, &column, line, out, failed_at, std::make_index_sequence<1>()),
            errc::message_too_large);
  EXPECT_LE(out.capacity(), a_few);
}

TEST(too_long_value, is_refused_by_copy_as_text) {
  copied_as_text(endless_text(), oids::text);
  copied_as_text(endless_text(), oids::int4);
  copied_as_text(endless_bytes(), oids::bytea);
}

template <class T>
void bound(const T& value, oid type) {
  protocol::buffer out;
  errc failed{};
  {
    protocol::bind_writer bind(out, {}, {}, 1);
    const std::vector<oid> types{type};
    static_cast<void>(detail::encode_row(std::tuple<T>(value), types, bind));
    failed = bind.finish(format::binary);
  }
  EXPECT_EQ(failed, errc::message_too_large);
  EXPECT_TRUE(out.empty());
  EXPECT_LE(out.capacity(), a_few);
}

TEST(too_long_value, is_refused_as_a_parameter) {
  bound(endless_text(), oids::text);
  bound(endless_text(), oids::jsonb);
  bound(endless_text(), oids::int4);
  bound(endless_bytes(), oids::bytea);
  bound(std::vector{endless_text()}, oids::text_array);
}

}  // namespace
}  // namespace pgcoro::testing
