#include "net/tls_context_cache.hpp"

#include <filesystem>
#include <gtest/gtest.h>

#include "unit/net/tls_fixture.hpp"

namespace pgcoro::test {
namespace {

namespace fs = std::filesystem;
using detail::tls_context_cache;

/// Settings whose root file is this one's own.
detail::tls_settings with_root_file(const std::string& name) {
  auto settings = trusting();
  settings.root_file = files().write(name, authority().certificate_pem());
  return settings;
}

TEST(tls_context_cache, gives_the_same_context_for_the_same_settings) {
  tls_context_cache cache;
  const auto settings = with_root_file("same.crt");
  EXPECT_EQ(cache.get(settings).value(), cache.get(settings).value());
}

TEST(tls_context_cache, makes_another_context_where_a_setting_differs) {
  tls_context_cache cache;
  auto settings = with_root_file("differs.crt");
  const auto first = cache.get(settings).value();
  settings.sni = !settings.sni;
  EXPECT_NE(cache.get(settings).value(), first);
  settings.sni = !settings.sni;
  settings.key_password = auth::secret("other");
  EXPECT_NE(cache.get(settings).value(), first);
}

TEST(tls_context_cache, reads_a_file_again_once_it_has_changed) {
  tls_context_cache cache;
  const auto settings = with_root_file("changed.crt");
  const auto first = cache.get(settings).value();
  const identity other = issue(authority(), {.common_name = "another authority"});
  files().write("changed.crt", other.certificate_pem() + other.certificate_pem());
  const auto second = cache.get(settings).value();
  EXPECT_NE(second, first);
  EXPECT_EQ(cache.get(settings).value(), second);
}

TEST(tls_context_cache, notices_a_file_of_the_same_size_that_was_moved_into_its_place) {
  tls_context_cache cache;
  const auto settings = with_root_file("moved.crt");
  const auto first = cache.get(settings).value();
  const auto modified = fs::last_write_time(settings.root_file);
  const std::string other = files().write("moved.new", authority().certificate_pem());
  fs::last_write_time(other, modified);
  fs::rename(other, settings.root_file);
  EXPECT_NE(cache.get(settings).value(), first);
}

TEST(tls_context_cache, does_not_go_on_with_a_file_that_is_gone) {
  tls_context_cache cache;
  const auto settings = with_root_file("gone.crt");
  ASSERT_TRUE(cache.get(settings));
  fs::remove(settings.root_file);
  EXPECT_EQ(cache.get(settings).error().code(), errc::tls_failed);
}

TEST(tls_context_cache, forgets_what_was_used_least_recently_beyond_its_capacity) {
  tls_context_cache cache(2);
  const auto a = with_root_file("a.crt"), b = with_root_file("b.crt"), c = with_root_file("c.crt");
  const std::weak_ptr<const detail::tls_context> first = cache.get(a).value(), second = cache.get(b).value();
  ASSERT_TRUE(cache.get(a));
  ASSERT_TRUE(cache.get(c));
  EXPECT_FALSE(first.expired());
  EXPECT_TRUE(second.expired());
}

}  // namespace
}  // namespace pgcoro::test
