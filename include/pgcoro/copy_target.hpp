// What COPY copies out of.
//
//   db.copy_out<user>("SELECT * FROM users WHERE age > 18")
//   db.copy_out<int, std::string>(pgcoro::table("users", "id", "name"))
#pragma once

#include <string>
#include <string_view>

#include <pgcoro/config.hpp>

namespace pgcoro {

class table;

namespace detail {

/// `"name" ("column", …)`, as it stands in COPY; without columns the name alone.
PGCORO_DECL std::string copy_text(const table& of);
/// `SELECT "column", … FROM "name"`; without columns all of them.
PGCORO_DECL std::string select_text(const table& of);
/// A statement that gives the columns and no row.
PGCORO_DECL std::string describing_text(const table& of);

}  // namespace detail

/// A table, or a query (SELECT, VALUES, TABLE).
class PGCORO_DECL copy_source {
 public:
  copy_source(const table& from) : text_(detail::copy_text(from)), describing_(detail::describing_text(from)) {}
  copy_source(std::string_view query);
  copy_source(const char* query) : copy_source(std::string_view(query)) {}
  copy_source(const std::string& query) : copy_source(std::string_view(query)) {}
  /// The rows of a table that a condition holds for, which is taken as it stands.
  static copy_source part_of(const table& from, std::string_view condition);

  /// As it stands in COPY.
  const std::string& text() const noexcept { return text_; }
  /// A statement that gives the columns and no row.
  const std::string& describing() const noexcept { return describing_; }

 private:
  std::string text_;
  std::string describing_;
};

}  // namespace pgcoro
