#include <optional>
#include <utility>

#include <pgcoro/detail/copy_row_error.hpp>
#include <pgcoro/detail/text_copy_reader.hpp>
#include <pgcoro/protocol/data_row.hpp>

#include "types/hex_digit.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::uint8_t byte_of(char c) noexcept { return static_cast<std::uint8_t>(c); }

/// What a letter behind a backslash stands for; all others for themselves.
constexpr char meaning_of(char letter) noexcept {
  switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return letter;
  }
}

/// Reads up to `most` digits from `at` on, which is moved behind them; none where there is no digit.
std::optional<std::uint8_t> read_code(std::string_view line, std::size_t& at, int base, int most) noexcept {
  std::optional<unsigned> code;
  for (int n = 0; n < most && at < line.size(); ++n, ++at) {
    const int digit = hex_digit(line[at]);
    if (digit == no_digit || digit >= base) break;
    code = code.value_or(0) * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
  }
  if (!code) return std::nullopt;
  return static_cast<std::uint8_t>(*code & 0xff);
}

/// A field of a DataRow whose bytes are appended between begin and end.
class open_field {
 public:
  explicit open_field(protocol::buffer& row) : row_(row), begin_(row.size()) { row.append_u32(0); }

  [[nodiscard]] std::string_view text() const noexcept {
    return protocol::as_text(row_.data().subspan(begin_ + sizeof(std::uint32_t)));
  }
  void end() noexcept { protocol::store_be(row_.begin_of_data() + begin_, static_cast<std::uint32_t>(text().size())); }
  void end_as_null() {
    row_.truncate(begin_);
    row_.append_i32(-1);
  }

 private:
  protocol::buffer& row_;
  std::size_t begin_;
};

}  // namespace

text_copy_reader::text_copy_reader(row_sink& rows, copy_dialect dialect)
    : rows_(rows),
      dialect_(std::move(dialect)),
      scanner_(dialect_),
      header_pending_(dialect_.header != copy_header::none) {
  special_[byte_of(dialect_.delimiter)] = true;
  special_[byte_of(dialect_.csv ? dialect_.quote : '\\')] = true;
}

row_sink::verdict text_copy_reader::fail(error_info why) {
  error_ = in_copy_row(why, rows_read_ + 1);
  return verdict::failed;
}

row_sink::verdict text_copy_reader::malformed(std::string_view what) {
  return fail(error_info(make_error_code(errc::invalid_value), std::string(what)));
}

row_sink::verdict text_copy_reader::feed(protocol::bytes_view bytes) {
  if (error_) return verdict::failed;
  std::string_view rest = protocol::as_text(bytes);
  verdict result = verdict::ok;
  while (!rest.empty()) {
    const std::size_t size = scanner_.end_of_line(rest);
    const std::string_view piece = size > 0 ? rest.substr(0, size) : rest;
    if (carried_.size() + piece.size() > dialect_.longest_line)
      return fail(error_info(make_error_code(errc::message_too_large), "the line is longer than `longest_line`"));
    rest.remove_prefix(piece.size());
    if (size == 0 || !carried_.empty()) carried_.append(piece);
    if (size == 0) break;
    std::string_view line = carried_.empty() ? piece : std::string_view(carried_);
    line.remove_suffix(1);
    const verdict taken = take_line(line);
    if (taken == verdict::failed) return taken;
    if (taken == verdict::enough) result = taken;
    carried_.clear();
  }
  return result;
}

row_sink::verdict text_copy_reader::finish() {
  if (error_) return verdict::failed;
  if (!carried_.empty()) return malformed("the data end early");
  return header_pending_ ? malformed("the data end before the header") : verdict::ok;
}

row_sink::verdict text_copy_reader::take_line(std::string_view line) {
  if (std::exchange(header_pending_, false)) return take_header(line);
  if (!split(line)) return malformed("not as many values as there are columns, or a quote is missing");
  const verdict taken = rows_.row(row_.data());
  if (taken == verdict::failed) return fail(rows_.take_error());
  if (taken == verdict::malformed) return malformed("no row of these columns");
  ++rows_read_;
  return taken;
}

row_sink::verdict text_copy_reader::take_header(std::string_view line) {
  if (dialect_.header != copy_header::match) return verdict::ok;
  bool same = split(line);
  protocol::data_row_reader names(row_.data());
  protocol::field name;
  for (std::size_t i = 0; same && names.next(name); ++i)
    same = !name.is_null() && protocol::as_text(name.bytes()) == dialect_.columns[i];
  return same ? verdict::ok : malformed("the header does not name the columns");
}

/// The values of a line, as the body of a DataRow. False where they are not as many as the columns.
bool text_copy_reader::split(std::string_view line) {
  row_.clear();
  row_.append_u16(static_cast<std::uint16_t>(dialect_.rules.size()));
  std::size_t at = 0;
  for (std::size_t i = 0; i < dialect_.rules.size(); ++i) {
    if (i > 0 && (at >= line.size() || line[at++] != dialect_.delimiter)) return false;
    const std::size_t end = dialect_.csv ? add_csv(line, at, dialect_.rules[i]) : add_text(line, at);
    if (end == std::string_view::npos) return false;
    at = end;
  }
  return at == line.size();
}

/// Adds the value that begins at `at`. Gives where it ends: behind the line or at a delimiter.
std::size_t text_copy_reader::add_text(std::string_view line, std::size_t at) {
  const std::size_t begin = at;
  open_field value(row_);
  for (;;) {
    at = add_plain(line, at);
    if (at == line.size() || line[at] != '\\') break;
    at = add_unescaped(line, at + 1);
  }
  if (line.substr(begin, at - begin) == dialect_.null)
    value.end_as_null();
  else
    value.end();
  return at;
}

/// Likewise; npos where a quote is missing. Quotes may stand anywhere in a value.
std::size_t text_copy_reader::add_csv(std::string_view line, std::size_t at, const copy_column_rules& rules) {
  bool quoted = false;
  open_field value(row_);
  for (;;) {
    at = add_plain(line, at);
    if (at == line.size() || line[at] != dialect_.quote) break;
    quoted = true;
    at = add_quoted(line, at + 1);
    if (at == std::string_view::npos) return at;
  }
  const bool is_null = quoted ? rules.force_null : !rules.force_not_null;
  if (is_null && value.text() == dialect_.null)
    value.end_as_null();
  else
    value.end();
  return at;
}

std::size_t text_copy_reader::add_plain(std::string_view line, std::size_t at) {
  const std::size_t begin = at;
  while (at < line.size() && !special_[byte_of(line[at])]) ++at;
  row_.append(line.substr(begin, at - begin));
  return at;
}

/// What follows a backslash.
std::size_t text_copy_reader::add_unescaped(std::string_view line, std::size_t at) {
  if (at == line.size()) return at;
  std::optional<std::uint8_t> code = read_code(line, at, 8, 3);
  if (!code) {
    const char letter = line[at++];
    if (letter == 'x') code = read_code(line, at, 16, 2);
    if (!code) code = byte_of(meaning_of(letter));
  }
  row_.append_u8(*code);
  return at;
}

/// What follows a quote, up to behind the next; npos where that is missing.
std::size_t text_copy_reader::add_quoted(std::string_view line, std::size_t at) {
  while (at < line.size()) {
    const char c = line[at++];
    const bool escapes =
        c == dialect_.escape && at < line.size() && (line[at] == dialect_.escape || line[at] == dialect_.quote);
    if (escapes)
      row_.append_u8(byte_of(line[at++]));
    else if (c == dialect_.quote)
      return at;
    else
      row_.append_u8(byte_of(c));
  }
  return std::string_view::npos;
}

}  // namespace pgcoro::detail
