#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/type_lookup.hpp>
#include <pgcoro/type_catalog.hpp>

#include "unit/types/registered_types.hpp"

namespace pgcoro::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(type_registry, finds_types_by_oid_and_by_name) {
  ASSERT_NE(known_types().find(shop::mood), nullptr);
  EXPECT_EQ(known_types().find(shop::mood)->name, "mood");
  EXPECT_EQ(known_types().find("mood"), known_types().find(shop::mood));
  EXPECT_EQ(known_types().find("shop.mood"), known_types().find(shop::mood));
  EXPECT_EQ(known_types().find("mood2"), nullptr);
  EXPECT_EQ(known_types().find("other.mood"), nullptr);
  EXPECT_EQ(known_types().find(oid{1}), nullptr);
  EXPECT_EQ(type_registry().find(shop::mood), nullptr);
}

TEST(type_registry, puts_a_type_that_was_made_again_in_the_place_of_the_old_one) {
  const type_registry newer = known_types().with({named(30001, "mood", type_kind::enumeration)});
  EXPECT_EQ(newer.find(shop::mood), nullptr);
  EXPECT_EQ(newer.find("shop.mood")->type, 30001U);
  EXPECT_NE(known_types().find(shop::mood), nullptr) << "the older registry is as it was";
}

TEST(type_registry, replaces_a_type_that_was_changed) {
  type_info changed = named(shop::mood, "mood", type_kind::enumeration);
  changed.labels = {"new"};
  const type_registry newer = known_types().with({changed});
  EXPECT_THAT(newer.find(shop::mood)->labels, ElementsAre("new"));
  EXPECT_EQ(newer.types().size(), known_types().types().size());
}

TEST(type_registry, forgets_a_type_with_all_that_is_made_of_it) {
  const oid gone[] = {shop::zip};
  const type_registry rest = known_types().without(gone);
  for (const oid type : {shop::zip, shop::zip_array, shop::address, shop::address_array, shop::person, shop::people})
    EXPECT_EQ(rest.find(type), nullptr) << type;
  EXPECT_NE(rest.find(shop::mood), nullptr);
}

TEST(type_catalog, hands_out_registries_that_stay_as_they_are) {
  type_catalog catalog;
  const auto empty = catalog.registry();
  ASSERT_NE(empty, nullptr);
  catalog.add({named(30001, "a", type_kind::base), named(30002, "b", type_kind::base)});
  EXPECT_THAT(empty->types(), IsEmpty());
  EXPECT_EQ(catalog.registry()->types().size(), 2U);
  const oid gone[] = {30001};
  catalog.forget(gone);
  EXPECT_EQ(catalog.registry()->types().size(), 1U);
}

TEST(type_lookup, asks_for_each_type_once_that_is_neither_built_in_nor_known) {
  const row_description columns =
      make_columns({make_column("a", oids::int4), make_column("b", shop::unknown), make_column("c", shop::mood),
                    make_column("d", shop::unknown), make_column("e", 83), make_column("f", oids::unspecified)});
  const oid parameters[] = {shop::unknown, oids::unspecified, 30001};
  EXPECT_THAT(detail::unknown_types(&columns, parameters, known_types()),
              ElementsAre(shop::unknown, oid{83}, oid{30001}));
  EXPECT_THAT(detail::unknown_types(nullptr, {}, known_types()), IsEmpty());
}

TEST(type_lookup, turns_rows_into_types) {
  const std::vector<type_info> made =
      detail::looked_up_types({{30001, "s", "pair", "c", ",", 0, 30002, {"a", "b"}, {oids::int4, oids::text}, {}},
                               {30002, "s", "_pair", "A", ";", 30001, 0, {}, {}, {}},
                               {30003, "s", "strange", "?", "", 0, 0, {"lonely"}, {}, {"x"}}});
  ASSERT_EQ(made.size(), 3U);
  EXPECT_EQ(made[0].kind, type_kind::composite);
  EXPECT_THAT(made[0].attributes, ElementsAre(type_attribute{"a", oids::int4}, type_attribute{"b", oids::text}));
  EXPECT_EQ(made[1].kind, type_kind::array);
  EXPECT_EQ(made[1].delimiter, ';');
  EXPECT_EQ(made[2].kind, type_kind::base);
  EXPECT_THAT(made[2].attributes, IsEmpty());
}

TEST(type_lookup, is_read_as_any_row_is) { static_assert(detail::row_shape<detail::type_row>::members::size == 10); }

TEST(composed_type, knows_parts_whoever_made_the_type) {
  const type_registry* const known = &known_types();
  EXPECT_EQ(detail::element_type(oids::int4_array, known), oids::int4);
  EXPECT_EQ(detail::element_type(shop::zip_array, known), shop::zip);
  EXPECT_EQ(detail::element_type(shop::zip, known), 0U) << "a domain has a part, but no elements";
  EXPECT_EQ(detail::element_type(shop::zip_array, nullptr), 0U);
  EXPECT_EQ(detail::bound_type(shop::moodrange, known), shop::mood);
  EXPECT_EQ(detail::range_type(shop::moodmultirange, known), shop::moodrange);
  EXPECT_EQ(detail::without_domain(shop::zip, known), oids::int4);
  EXPECT_EQ(detail::without_domain(shop::mood, known), shop::mood);
  EXPECT_EQ(detail::element_delimiter(shop::geometry_array, known), ':');
}

TEST(composed_type, survives_domains_that_go_in_circles) {
  const type_registry round =
      type_registry().with({named(30001, "a", type_kind::domain, 30002), named(30002, "b", type_kind::domain, 30001)});
  EXPECT_NE(detail::without_domain(30001, &round), 0U);
}

TEST(domain, is_sent_as_what_it_restricts) {
  EXPECT_EQ(encode_known(shop::zip, 7), sent(binary(be(std::int32_t{7}))));
  EXPECT_EQ(encode_known(shop::zip, std::optional<short>(7)), sent(binary(be(std::int32_t{7}))));
  EXPECT_EQ(encode(shop::zip, 7), sent(text("7"))) << "where nobody has looked it up";
}

TEST(citext, is_text_in_arrays_too) {
  const std::vector<std::string> value{"a", "B"};
  const encoded wire = encode_known(shop::citext_array, value);
  EXPECT_EQ(wire.value.f, format::binary);
  EXPECT_EQ(decode_known<std::vector<std::string>>(shop::citext_array, format::binary, wire.value.value.value()),
            ok(value));
  EXPECT_EQ(decode_known<std::string>(shop::ltree, format::binary, "\1a.b").code, errc::type_mismatch)
      << "which has a version in front";
}

}  // namespace
}  // namespace pgcoro::testing
