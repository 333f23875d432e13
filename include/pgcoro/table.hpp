// A table that rows go to, and which of its columns.
//
//   pgcoro::table("users")                                     // columns named by the struct that is written
//   pgcoro::table("users", "name", "email")
//   pgcoro::table(pgcoro::identifier("shop", "users"), "name")
#pragma once

#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/identifier.hpp>

namespace pgcoro {

/// Names are taken as they stand and quoted; see identifier for what it throws.
class PGCORO_DECL table {
 public:
  template <std::convertible_to<std::string_view>... Column>
  explicit table(std::string_view name, const Column&... columns) : table(identifier(name), columns...) {}
  template <std::convertible_to<std::string_view>... Column>
  explicit table(identifier name, const Column&... columns) : name_(std::move(name)) {
    (add_column(std::string_view(columns)), ...);
  }

  void add_column(std::string_view name);

  const identifier& name() const noexcept { return name_; }
  /// As they were given; none where the rows name them.
  std::span<const std::string> columns() const noexcept { return columns_; }

 private:
  identifier name_;
  std::vector<std::string> columns_;
};

}  // namespace pgcoro
