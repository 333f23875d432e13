// Reads a value's text from left to right, as protocol::reader reads bytes: the first failure sticks, every later read
// yields nothing, and the verdict is asked for once.
//
//   text_scanner in("(3,4)");
//   in.expect('(');  x = in.floating();  in.expect(',');  y = in.floating();  in.expect(')');
//   return in.finish();
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/error.hpp>

#include "types/take_text.hpp"

namespace pgcoro::detail {

class text_scanner {
 public:
  explicit text_scanner(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool ok() const noexcept { return failure_ == errc{}; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
  /// The next character; NUL at the end.
  [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

  void skip(std::size_t n) noexcept { rest_.remove_prefix(n); }
  /// Reads `wanted` if it comes next; says whether it did.
  bool accept(char wanted) noexcept { return take(rest_, wanted); }
  bool accept(std::string_view wanted) noexcept { return take(rest_, wanted); }
  void expect(char wanted) noexcept {
    if (!accept(wanted)) fail();
  }

  /// An unsigned integer of digits alone.
  template <class Integer>
  Integer integer(int base = 10) noexcept {
    Integer value = 0;
    const char* const end = rest_.data() + rest_.size();
    const std::from_chars_result result = std::from_chars(rest_.data(), end, value, base);
    if (result.ec == std::errc::invalid_argument) fail();
    if (result.ec == std::errc::result_out_of_range) fail(errc::out_of_range);
    if (ok()) rest_.remove_prefix(static_cast<std::size_t>(result.ptr - rest_.data()));
    return ok() ? value : Integer{0};
  }

  /// A number up to the next punctuation mark that none has.
  double floating() noexcept {
    double value = 0;
    const std::string_view digits = rest_.substr(0, rest_.find_first_of(",)]}>"));
    if (const errc failure = parse_float(digits, value); failure != errc{}) fail(failure);
    if (ok()) rest_.remove_prefix(digits.size());
    return ok() ? value : 0;
  }

  void fail(errc why = errc::invalid_value) noexcept {
    if (ok()) failure_ = why;
    rest_ = {};
  }

  /// The verdict on the whole text: the first failure, or characters that nobody read.
  [[nodiscard]] errc finish() noexcept {
    if (!rest_.empty()) fail();
    return failure_;
  }

 private:
  std::string_view rest_;
  errc failure_{};
};

}  // namespace pgcoro::detail
