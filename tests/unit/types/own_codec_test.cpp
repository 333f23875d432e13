// A type of the user's own, as the documentation of pgcoro::codec tells to make one.
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/row_sinks.hpp>

#include "unit/types/values.hpp"

namespace {

struct celsius {
  double degrees = 0;
  friend bool operator==(const celsius&, const celsius&) = default;
};

/// A NULL that is a value of the type.
struct maybe_celsius {
  celsius value;
  bool known = false;
};

}  // namespace

template <>
struct pgcoro::codec<celsius> {
  static constexpr oid declared_oid = oids::float8;

  static decode_function<celsius> decoder(const value_type& from) noexcept {
    return from.type == oids::float8 && from.format == protocol::format::binary ? &read : nullptr;
  }
  static encoding<celsius> encoder(const value_type& to) noexcept {
    if (to.type != oids::float8) return {};
    return {protocol::format::binary, &write};
  }

 private:
  static errc read(protocol::bytes_view bytes, celsius& out, const value_type& from) {
    const errc failure = codec<double>::decoder(from)(bytes, out.degrees, from);
    if (failure != errc{}) return failure;
    return out.degrees < -273.15 ? errc::protocol_error : errc{};  // an answer that no decoder should give
  }
  static errc write(const celsius& value, protocol::buffer& out, const value_type&) {
    out.append_be(value.degrees);
    return value.degrees < -273.15 ? errc::out_of_range : errc{};
  }
};

template <>
struct pgcoro::nullable<maybe_celsius> {
  static constexpr bool value = true;
  using inner = celsius;
  static void clear(maybe_celsius& to) noexcept { to.known = false; }
  static celsius& engage(maybe_celsius& to) noexcept {
    to.known = true;
    return to.value;
  }
  static const celsius* get(const maybe_celsius& from) noexcept { return from.known ? &from.value : nullptr; }
};

namespace pgcoro::testing {
namespace {

using ::testing::ElementsAre;

static_assert(decodable<celsius> && encodable<celsius> && decodable<maybe_celsius>);

const auto columns = share(make_columns({make_column("t", oids::float8)}));

TEST(own_codec, serves_columns_and_asks_for_binary) {
  detail::collect_sink<celsius> sink;
  EXPECT_THAT(sink.wanted_formats(), ElementsAre(format::binary));
  const auto layout = detail::lay_out(sink, columns);
  ASSERT_FALSE(layout->refused);
  sink.describe(layout);
  EXPECT_EQ(sink.row(protocol::as_bytes(make_row({be(36.6)}))), detail::row_sink::verdict::ok);
  EXPECT_THAT(sink.take(), ElementsAre(celsius{36.6}));
}

TEST(own_codec, serves_members_of_rows_and_optionals) {
  const row_description two = make_columns({make_column("a", oids::float8), make_column("b", oids::float8)});
  row_decoder<std::pair<celsius, std::optional<celsius>>> decoder;
  ASSERT_FALSE(decoder.describe(two));
  std::pair<celsius, std::optional<celsius>> row;
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({be(1.0), be(2.0)})), row).ok());
  EXPECT_EQ(row.second, celsius{2.0});
}

TEST(own_codec, serves_parameters) {
  EXPECT_EQ(encode(oids::float8, celsius{1.5}), sent(binary(be(1.5))));
  EXPECT_EQ(encode(oids::float8, celsius{-300}), refused(errc::out_of_range));
  EXPECT_EQ(encode(oids::int4, celsius{1.5}), refused(errc::type_mismatch));
  oid declared = 0;
  detail::arguments::binding(celsius{}).declared_oids({&declared, 1});
  EXPECT_EQ(declared, oids::float8);
}

TEST(own_codec, cannot_make_a_row_look_malformed) {
  detail::collect_sink<celsius> sink;
  const auto layout = detail::lay_out(sink, columns);
  ASSERT_FALSE(layout->refused);
  sink.describe(layout);
  EXPECT_EQ(sink.row(protocol::as_bytes(make_row({be(-300.0)}))), detail::row_sink::verdict::failed);
  EXPECT_EQ(sink.take_error().code(), errc::invalid_value);
}

TEST(own_codec, is_named_in_errors) {
  row_decoder<celsius> decoder;
  const error_info error = decoder.describe(make_columns({make_column("t", oids::text)}));
  EXPECT_THAT(error.what(), ::testing::HasSubstr("celsius"));
}

TEST(own_nullable, is_cleared_by_null_and_engaged_by_a_value) {
  row_decoder<maybe_celsius> decoder;
  ASSERT_FALSE(decoder.describe(*columns));
  maybe_celsius row;
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({be(1.0)})), row).ok());
  EXPECT_TRUE(row.known);
  ASSERT_TRUE(decoder.decode(protocol::as_bytes(make_row({std::nullopt})), row).ok());
  EXPECT_FALSE(row.known);
  EXPECT_EQ(encode(oids::float8, row), sent(null()));
}

}  // namespace
}  // namespace pgcoro::testing
