#include <pgcoro/detail/arguments.hpp>

#include "allocations.hpp"
#include "unit/types/values.hpp"

namespace pgcoro::testing {
namespace {

using detail::arguments;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

static_assert(std::is_nothrow_move_constructible_v<arguments> && !std::is_copy_constructible_v<arguments>);
static_assert(sizeof(arguments) <= 80);

std::vector<parameter> encoded_as(const arguments& pack, const std::vector<oid>& types) {
  protocol::buffer out;
  protocol::bind_writer bind(out, {}, {}, types.size());
  const error_info error = pack.encode(types, bind);
  EXPECT_FALSE(error) << error.what();
  EXPECT_EQ(bind.finish(format::binary), errc{});
  return parameters_in(out);
}

error_info error_of(const arguments& pack, const std::vector<oid>& types) {
  protocol::buffer out;
  error_info error;
  {
    protocol::bind_writer bind(out, {}, {}, types.size());
    error = pack.encode(types, bind);
    EXPECT_EQ(bind.finish(format::binary), error.code()) << "the writer must not finish what could not be encoded";
  }
  EXPECT_TRUE(out.empty());
  return error;
}

TEST(arguments, may_be_none) {
  const arguments none;
  EXPECT_EQ(none.size(), 0U);
  EXPECT_TRUE(encoded_as(none, {}).empty());
  EXPECT_EQ(arguments::binding().size(), 0U);
}

TEST(arguments, become_the_types_that_the_statement_has) {
  const arguments pack = arguments::binding(1, 2, 3, 4, 5);
  EXPECT_THAT(encoded_as(pack, {oids::int4, oids::int8, oids::int2, oids::text, oids::float8}),
              ElementsAre(binary(be(std::int32_t{1})), binary(be(std::int64_t{2})), binary(be(std::int16_t{3})),
                          text("4"), binary(be(5.0))));
}

TEST(arguments, take_text_in_every_spelling) {
  const std::string string = "string";
  const char* const pointer = "pointer";
  const char array[16] = "array";
  char writable[] = "writable";
  char unterminated[3] = {'a', 'b', 'c'};
  const auto expect = [](const arguments& pack) {
    EXPECT_THAT(encoded_as(pack, std::vector<oid>(7, oids::unspecified)),
                ElementsAre(text("string"), text("pointer"), text("array"), text("writable"), text("abc"), text("view"),
                            text("literal")));
  };
  expect(arguments::binding(string, pointer, array, writable, unterminated, std::string_view("view"), "literal"));
  expect(arguments::owning(string, pointer, array, writable, unterminated, std::string_view("view"), "literal"));
}

TEST(arguments, take_bytes_in_every_spelling) {
  std::vector<std::byte> vector{std::byte{1}, std::byte{2}};
  const auto expect = [](const arguments& pack) {
    EXPECT_THAT(encoded_as(pack, std::vector<oid>(4, oids::bytea)),
                ElementsAre(binary("\1\2"), binary("\1\2"), binary("\1\2"), binary("\1\2")));
  };
  expect(arguments::binding(vector, std::span(vector), std::span<const std::byte>(vector),
                            std::span<std::byte, 2>(vector)));
  expect(arguments::owning(vector, std::span(vector), std::span<const std::byte>(vector),
                           std::span<std::byte, 2>(vector)));
}

TEST(arguments, may_be_null_in_every_spelling) {
  const char* const no_text = nullptr;
  const arguments pack =
      arguments::binding(nullptr, std::nullopt, std::optional<int>(), no_text, std::optional<std::string>());
  EXPECT_THAT(encoded_as(pack, std::vector<oid>(5, oids::int4)), ElementsAre(null(), null(), null(), null(), null()));
  EXPECT_THAT(encoded_as(arguments::owning(nullptr, no_text), {oids::int4, oids::text}), ElementsAre(null(), null()));
}

TEST(arguments, that_are_optional_and_set_are_what_they_hold) {
  const std::optional<std::string> name = "Ada";
  EXPECT_THAT(encoded_as(arguments::binding(std::optional(7), name), {oids::int4, oids::text}),
              ElementsAre(binary(be(std::int32_t{7})), binary("Ada")));
}

TEST(arguments, bound_refer_to_large_lvalues_and_copy_small_ones) {
  std::string name = "before";
  int number = 1;
  const arguments pack = arguments::binding(name, number);
  name = "after";
  number = 2;
  EXPECT_THAT(encoded_as(pack, {oids::text, oids::int4}), ElementsAre(binary("after"), binary(be(std::int32_t{1}))));
}

TEST(arguments, owned_refer_to_nothing) {
  std::string name = "before, and long enough to live on the heap";
  std::vector<std::byte> data(40, std::byte{7});
  const std::string before = name;
  const arguments pack = arguments::owning(name, std::string_view(name), name.c_str(), std::span(data),
                                           std::optional<std::string_view>(name));
  name.assign(name.size(), 'x');
  data.assign(40, std::byte{0});
  EXPECT_THAT(
      encoded_as(pack, {oids::text, oids::text, oids::text, oids::bytea, oids::text}),
      ElementsAre(binary(before), binary(before), binary(before), binary(std::string(40, '\7')), binary(before)));
}

TEST(arguments, own_rvalues_and_move_with_them) {
  const std::string long_text(100, 'x');
  arguments first = arguments::binding(std::string(long_text), 7);
  arguments second = std::move(first);
  EXPECT_EQ(first.size(), 0U);
  arguments third = arguments::binding(std::string("overwritten, and long enough to live on the heap"));
  third = std::move(second);
  EXPECT_THAT(encoded_as(third, {oids::text, oids::int4}), ElementsAre(binary(long_text), binary(be(std::int32_t{7}))));
}

TEST(arguments, too_large_for_their_place_go_to_the_heap_and_move_too) {
  arguments first = arguments::owning("a", "b", "c", "d", std::string(100, 'e'));
  const arguments second = std::move(first);
  EXPECT_THAT(encoded_as(second, std::vector<oid>(5, oids::unspecified)),
              ElementsAre(text("a"), text("b"), text("c"), text("d"), text(std::string(100, 'e'))));
}

TEST(arguments, of_the_usual_size_allocate_nothing) {
  const std::string name = "a name that is long enough to live on the heap";
  protocol::buffer out;
  (void)out.prepare(1000);
  const oid types[] = {oids::int8, oids::text, oids::float8, oids::text};
  EXPECT_EQ(allocations_of([&] {
              arguments made = arguments::binding(20, name, 2.5, "literal");
              const arguments kept = std::move(made);
              protocol::bind_writer bind(out, {}, {}, 4);
              EXPECT_FALSE(kept.encode(types, bind));
              EXPECT_EQ(bind.finish(format::binary), errc{});
            }),
            0U);
}

TEST(arguments, declare_their_types_where_the_server_is_not_asked) {
  const arguments pack =
      arguments::binding(1, 2L, 1.5, 1.5F, true, "text", std::optional<short>(), nullptr, std::vector<std::byte>());
  std::vector<oid> types(pack.size());
  pack.declared_oids(types);
  EXPECT_THAT(types, ElementsAre(oids::int4, oids::int8, oids::float8, oids::float4, oids::bool_, 0, oids::int2, 0,
                                 oids::bytea));
  EXPECT_EQ(encoded_as(pack, types).at(5), text("text"));
}

TEST(arguments, of_another_number_than_the_statement_has_are_counted) {
  const error_info error = error_of(arguments::binding(1, 2), {oids::int4});
  EXPECT_EQ(error.code(), errc::parameter_count_mismatch);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("1 parameter,"), HasSubstr("2 arguments were given")));
  EXPECT_TRUE(error.safe_to_retry());
  EXPECT_EQ(error_of(arguments(), {oids::int4}).code(), errc::parameter_count_mismatch);
}

TEST(arguments, name_the_one_that_is_out_of_range_and_its_value) {
  const error_info error = error_of(arguments::binding(1, 70000), {oids::int4, oids::int2});
  EXPECT_EQ(error.code(), errc::out_of_range);
  EXPECT_EQ(error.column(), "$2");
  EXPECT_EQ(error.message(), "parameter $2 (std::int32_t → int2): value 70000 is out of range");
  EXPECT_EQ(error.what(), error.message());
  const error_info optional = error_of(arguments::binding(std::optional(1e300)), {oids::float4});
  EXPECT_THAT(optional.message(), HasSubstr("value 1e+300"));
}

TEST(arguments, name_the_one_that_has_no_conversion_and_do_not_show_it) {
  const error_info error = error_of(arguments::binding(std::vector<std::byte>(3)), {oids::int4});
  EXPECT_EQ(error.code(), errc::type_mismatch);
  EXPECT_EQ(error.message(), "parameter $1 (std::vector<std::byte> → int4): no conversion");
}

}  // namespace
}  // namespace pgcoro::testing
