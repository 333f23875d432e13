// The lines of COPY's text and CSV, put together in a buffer. PostgreSQL documentation, COPY, "Text Format" and "CSV
// Format".
//
//   line.begin_value(out);  … append the value's text …;  if (const errc failed = line.end_value(out); …)
//   line.begin_value(out);  line.null_value(out);
//   line.end(out);
//
// Whatever a value is made of, it is read back as it was, and can be taken for nothing else: not for NULL, not for the
// DEFAULT, not for two values or for the end of the data.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

class PGCORO_DECL copy_line_writer {
 public:
  copy_line_writer() : copy_line_writer(copy_dialect()) {}
  explicit copy_line_writer(copy_dialect dialect);

  /// The columns' names, where the dialect has them.
  void header(protocol::buffer& out);

  void begin_value(protocol::buffer& out) {
    if (column_ > 0) out.append_u8(static_cast<std::uint8_t>(dialect_.delimiter));
    begin_ = out.size();
  }
  /// What was appended since is the value. errc::invalid_value for the empty string where that means NULL.
  [[nodiscard]] errc end_value(protocol::buffer& out);
  void null_value(protocol::buffer& out) {
    out.append(dialect_.null);
    ++column_;
  }
  /// errc::type_mismatch where the dialect has no marker for it.
  [[nodiscard]] errc default_value(protocol::buffer& out);
  void end(protocol::buffer& out) {
    out.append_u8('\n');
    column_ = 0;
  }
  /// The line is given up; its bytes are the caller's to cut off.
  void abandon() noexcept { column_ = 0; }

 private:
  [[nodiscard]] bool is_special(std::string_view text) const noexcept;
  [[nodiscard]] bool is_marker(std::string_view text) const noexcept;
  void quote(protocol::buffer& out, std::string_view text) const;
  void escape_bytes(protocol::buffer& out, std::string_view text) const;
  [[nodiscard]] errc escape(protocol::buffer& out, std::string_view text) const;

  copy_dialect dialect_;
  std::array<bool, 256> special_{};  ///< bytes that are not written as they are
  std::size_t begin_ = 0;
  std::size_t column_ = 0;
};

}  // namespace pgcoro::detail
