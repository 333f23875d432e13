// What to run: the text of a statement, a statement that was composed, or one that was prepared before.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <pgcoro/config.hpp>

namespace pgcoro {

class composed_sql;
class statement;

namespace detail {
class arguments;
struct composition;
struct prepared_statement;
}  // namespace detail

/// Implicitly made from whatever names a statement. Literals, lvalues, views and handles are referred to and must
/// outlive the operation; an rvalue string is owned, and what `sql()` made is shared.
class query_text {
 public:
  query_text(const char* sql) noexcept : text_(sql) {}
  query_text(std::string_view sql) noexcept : text_(sql) {}
  query_text(const std::string& sql) noexcept : text_(sql) {}
  PGCORO_DECL query_text(std::string&& sql);
  PGCORO_DECL query_text(const composed_sql& sql) noexcept;
  query_text(const statement& prepared) noexcept;

  std::string_view text() const noexcept { return text_; }
  /// The handle that it was made from, if any.
  const statement* prepared() const noexcept { return prepared_; }
  /// What `sql()` made of it, if it did.
  const detail::composition* composed() const noexcept { return composed_; }

 private:
  std::shared_ptr<const void> owned_;  // the string, or the composition
  std::string_view text_;
  const statement* prepared_ = nullptr;
  const detail::composition* composed_ = nullptr;
};

}  // namespace pgcoro
