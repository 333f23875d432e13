// What COPY copies out of, and into.
//
//   db.copy_out<user>("SELECT * FROM users WHERE age > 18")
//   db.copy_out<int, std::string>(pgcoro::table("users", "id", "name"))
//   db.copy_in<int, std::string>(pgcoro::table("users", "id", "name"))
//   db.copy_in<int, std::string>("COPY users (id, name) FROM STDIN (FORMAT binary, FREEZE) WHERE id > 0")
#pragma once

#include <span>
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

/// A table, or a whole COPY … FROM STDIN statement, which has to name the format of the rows: FORMAT binary. Its table
/// and columns are read from it, to ask the server for their types; a statement that does not begin with COPY, a name
/// and perhaps columns, in front of FROM, or has a comment there, is `errc::invalid_composition` (thrown).
class PGCORO_DECL copy_target {
 public:
  copy_target(const table& into);
  copy_target(std::string_view statement);
  copy_target(const char* statement) : copy_target(std::string_view(statement)) {}
  copy_target(const std::string& statement) : copy_target(std::string_view(statement)) {}

  /// Of rows whose members have names: they name the columns of a table that has none.
  void name_columns(std::span<const std::string_view> names);

  /// `clause`: the options of a COPY into a table. A statement has its own.
  std::string statement(std::string_view clause) const;
  /// A statement that gives the columns and no row.
  std::string describing() const;

 private:
  std::string statement_;  ///< empty for a table
  std::string name_;
  std::string columns_;  ///< none: all of them
};

}  // namespace pgcoro
