#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include <pgcoro/detail/copy_row_error.hpp>
#include <pgcoro/detail/text_copy_reader.hpp>
#include <pgcoro/protocol/data_row.hpp>

#include "types/copy_escapes.hpp"
#include "types/hex_digit.hpp"

namespace pgcoro::detail {

/// A line that is read, and where its values go. There is room for all of them: no value is longer than it is written.
struct copied_line {
  const char* at;
  const char* end;
  std::byte* to;

  [[nodiscard]] bool at_end() const noexcept { return at == end; }
  bool accept(char wanted) noexcept {
    if (at_end() || *at != wanted) return false;
    ++at;
    return true;
  }
  void put(char c) noexcept { *to++ = static_cast<std::byte>(c); }
};

namespace {

using word = std::uint64_t;

constexpr word repeated(char c) noexcept { return word{byte_of(c)} * 0x0101010101010101; }

/// Where each byte that is zero has its highest bit set, the first of them at least: those above it may be wrong.
constexpr word zeros_of(word w) noexcept { return (w - repeated('\x01')) & ~w & repeated('\x80'); }

/// Copies what stands in front of `a` or `b`, or up to the end of the line.
void copy_until(copied_line& line, char a, char b) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    const word all_a = repeated(a), all_b = repeated(b);
    while (line.end - line.at >= static_cast<std::ptrdiff_t>(sizeof(word))) {
      word w;
      std::memcpy(&w, line.at, sizeof w);
      std::memcpy(line.to, &w, sizeof w);
      const word found = zeros_of(w ^ all_a) | zeros_of(w ^ all_b);
      const int before = std::countr_zero(found) / 8;  // all eight where none was found
      line.at += before;
      line.to += before;
      if (found != 0) return;
    }
  }
  while (!line.at_end() && *line.at != a && *line.at != b) line.put(*line.at++);
}

/// Reads up to `most` digits; none where there is no digit.
std::optional<char> read_code(copied_line& line, int base, int most) noexcept {
  std::optional<unsigned> code;
  for (int n = 0; n < most && !line.at_end(); ++n, ++line.at) {
    const int digit = hex_digit(*line.at);
    if (digit == no_digit || digit >= base) break;
    code = code.value_or(0) * static_cast<unsigned>(base) + static_cast<unsigned>(digit);
  }
  if (!code) return std::nullopt;
  return static_cast<char>(*code & 0xff);
}

/// What follows a backslash.
void copy_unescaped(copied_line& line) noexcept {
  if (line.at_end()) return;
  std::optional<char> code = read_code(line, 8, 3);
  if (!code) {
    const char letter = *line.at++;
    if (letter == 'x') code = read_code(line, 16, 2);
    if (!code) code = meaning_of(letter);
  }
  line.put(*code);
}

/// A field of a DataRow whose bytes are put between begin and end.
class open_field {
 public:
  explicit open_field(copied_line& line) noexcept : line_(line), size_(line.to) { line.to += sizeof(std::int32_t); }

  [[nodiscard]] std::string_view text() const noexcept {
    const std::byte* const begin = size_ + sizeof(std::int32_t);
    return protocol::as_text({begin, line_.to});
  }
  void end() noexcept { protocol::store_be(size_, static_cast<std::uint32_t>(text().size())); }
  void end_as_null() noexcept {
    protocol::store_be(size_, std::int32_t{-1});
    line_.to = size_ + sizeof(std::int32_t);
  }

 private:
  copied_line& line_;
  std::byte* size_;
};

}  // namespace

text_copy_reader::text_copy_reader(row_sink& rows, copy_dialect dialect)
    : rows_(rows),
      dialect_(std::move(dialect)),
      scanner_(dialect_),
      header_pending_(dialect_.header != copy_header::none) {}

row_sink::verdict text_copy_reader::fail(const error_info& why) {
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
  std::byte* const begin = row_.prepare(dialect_.rules.size() * sizeof(std::int32_t) + line.size());
  copied_line rest{line.data(), line.data() + line.size(), begin};
  if (!add_values(rest)) return false;
  row_.commit(static_cast<std::size_t>(rest.to - begin));
  return true;
}

bool text_copy_reader::add_values(copied_line& line) const {
  bool first = true;
  for (const copy_column_rules& rules : dialect_.rules) {
    if (!std::exchange(first, false) && !line.accept(dialect_.delimiter)) return false;
    if (!dialect_.csv)
      add_text(line);
    else if (!add_csv(line, rules))
      return false;
  }
  return line.at_end();
}

/// One value, up to the end of the line or a delimiter.
void text_copy_reader::add_text(copied_line& line) const {
  const char* const begin = line.at;
  open_field value(line);
  for (copy_until(line, dialect_.delimiter, '\\'); line.accept('\\'); copy_until(line, dialect_.delimiter, '\\'))
    copy_unescaped(line);
  if (std::string_view(begin, line.at) == dialect_.null)
    value.end_as_null();
  else
    value.end();
}

/// Likewise; false where a quote is missing. Quotes may stand anywhere in a value.
bool text_copy_reader::add_csv(copied_line& line, const copy_column_rules& rules) const {
  bool quoted = false;
  open_field value(line);
  for (;;) {
    copy_until(line, dialect_.delimiter, dialect_.quote);
    if (!line.accept(dialect_.quote)) break;
    quoted = true;
    if (!add_quoted(line)) return false;
  }
  const bool may_be_null = quoted ? rules.force_null : !rules.force_not_null;
  if (may_be_null && value.text() == dialect_.null)
    value.end_as_null();
  else
    value.end();
  return true;
}

/// What follows a quote, up to behind the next; false where that is missing.
bool text_copy_reader::add_quoted(copied_line& line) const {
  for (;;) {
    copy_until(line, dialect_.quote, dialect_.escape);
    if (line.at_end()) return false;
    const char c = *line.at++;
    const bool escapes =
        c == dialect_.escape && !line.at_end() && (*line.at == dialect_.escape || *line.at == dialect_.quote);
    if (!escapes && c == dialect_.quote) return true;
    line.put(escapes ? *line.at++ : c);
  }
}

}  // namespace pgcoro::detail
