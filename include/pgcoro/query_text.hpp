// What to run: the text of a statement, or a statement that was prepared before.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pgcoro {

class statement;

namespace detail {
struct prepared_statement;
}

/// Implicitly made from whatever names a statement. Literals, lvalues, views and handles are referred to and must
/// outlive the operation; an rvalue string is owned.
class query_text {
 public:
  query_text(const char* sql) noexcept : text_(sql) {}
  query_text(std::string_view sql) noexcept : text_(sql) {}
  query_text(const std::string& sql) noexcept : text_(sql) {}
  query_text(std::string&& sql) : owned_(std::make_unique<std::string>(std::move(sql))), text_(*owned_) {}
  query_text(const statement& prepared) noexcept;

  std::string_view text() const noexcept { return text_; }
  /// The handle that it was made from, if any.
  const statement* prepared() const noexcept { return prepared_; }

 private:
  std::unique_ptr<std::string> owned_;
  std::string_view text_;
  const statement* prepared_ = nullptr;
};

}  // namespace pgcoro
