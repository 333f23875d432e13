#include <pgcoro/detail/range_parts.hpp>
#include <pgcoro/protocol/reader.hpp>

namespace pgcoro::detail {
namespace {

// PostgreSQL's rangetypes.h. A range that is empty has no other flag that counts.
constexpr std::uint8_t is_empty = 0x01;
constexpr std::uint8_t has_inclusive_lower = 0x02;
constexpr std::uint8_t has_inclusive_upper = 0x04;
constexpr std::uint8_t has_no_lower = 0x08;
constexpr std::uint8_t has_no_upper = 0x10;
constexpr std::uint8_t all_flags = 0x1f;

protocol::field read_end(protocol::reader& in) noexcept {
  const std::int32_t size = in.i32();
  if (size < 0) in.fail("negative size");
  const protocol::bytes_view bytes = in.bytes(in.ok() ? static_cast<std::size_t>(size) : 0);
  return {bytes.data(), size};
}

errc split_binary(protocol::bytes_view bytes, range_parts& out) noexcept {
  protocol::reader in(bytes);
  const std::uint8_t flags = in.u8();
  if ((flags & ~all_flags) != 0) return errc::invalid_value;
  out.empty = (flags & is_empty) != 0;
  const bool lower = !out.empty && (flags & has_no_lower) == 0;
  const bool upper = !out.empty && (flags & has_no_upper) == 0;
  out.lower_inclusive = lower && (flags & has_inclusive_lower) != 0;
  out.upper_inclusive = upper && (flags & has_inclusive_upper) != 0;
  if (lower) out.lower = read_end(in);
  if (upper) out.upper = read_end(in);
  return in.ok() && in.remaining() == 0 ? errc{} : errc::invalid_value;
}

bool read_end(literal_reader& in, protocol::field& out, std::string& text) {
  literal_word word;
  if (!in.word(range_rules, word)) return false;
  if (!word.quoted && word.text.empty()) return true;
  text.assign(word.text);  // the reader forgets it with the next word
  out = {reinterpret_cast<const std::byte*>(text.data()), static_cast<std::int32_t>(text.size())};
  return true;
}

errc split_text(std::string_view text, range_parts& out) {
  out.empty = text == "empty";
  if (out.empty) return errc{};
  literal_reader in(text);
  out.lower_inclusive = in.skip('[');
  const bool opened = out.lower_inclusive || in.skip('(');
  if (!opened || !read_end(in, out.lower, out.texts[0])) return errc::invalid_value;
  if (!in.skip(',') || !read_end(in, out.upper, out.texts[1])) return errc::invalid_value;
  out.upper_inclusive = in.skip(']');
  const bool closed = out.upper_inclusive || in.skip(')');
  out.lower_inclusive = out.lower_inclusive && !out.lower.is_null();
  out.upper_inclusive = out.upper_inclusive && !out.upper.is_null();
  return closed && in.at_end() ? errc{} : errc::invalid_value;
}

}  // namespace

errc split_range(protocol::bytes_view bytes, protocol::format format, range_parts& out) {
  if (format == protocol::format::binary) return split_binary(bytes, out);
  return split_text(protocol::as_text(bytes), out);
}

std::uint8_t range_flags(bool empty, bool lower, bool upper, bool lower_inclusive, bool upper_inclusive) noexcept {
  if (empty) return is_empty;
  unsigned flags = 0;
  if (!lower) flags |= has_no_lower;
  if (!upper) flags |= has_no_upper;
  if (lower_inclusive) flags |= has_inclusive_lower;
  if (upper_inclusive) flags |= has_inclusive_upper;
  return static_cast<std::uint8_t>(flags);
}

errc multirange_reader::open(protocol::bytes_view bytes, protocol::format format) noexcept {
  text_ = format == protocol::format::text;
  rest_ = bytes;
  if (text_) {
    if (!protocol::as_text(bytes).starts_with('{')) return errc::invalid_value;
    rest_ = bytes.subspan(1);
    return errc{};
  }
  protocol::reader in(bytes);
  left_ = in.u32();
  rest_ = in.rest();
  return in.ok() ? errc{} : errc::invalid_value;
}

bool multirange_reader::next(protocol::field& out) noexcept {
  if (text_) return next_text(out);
  if (left_ == 0) return rest_.empty() ? false : fail();
  --left_;
  protocol::reader in(rest_);
  out = read_end(in);
  if (!in.ok()) return fail();
  rest_ = in.rest();
  return true;
}

bool multirange_reader::next_text(protocol::field& out) noexcept {
  literal_reader in(protocol::as_text(rest_));
  if (in.skip('}')) return in.at_end() ? false : fail();
  if (!first_ && !in.skip(',')) return fail();
  first_ = false;
  const std::string_view begin = in.rest();
  // A range ends with the bracket behind its second end; "empty" never stands within a multirange.
  const bool whole = (in.skip('[') || in.skip('(')) && in.skip_word(range_rules) && in.skip(',') &&
                     in.skip_word(range_rules) && (in.skip(']') || in.skip(')'));
  if (!whole) return fail();
  const std::string_view text = begin.substr(0, begin.size() - in.rest().size());
  out = {reinterpret_cast<const std::byte*>(text.data()), static_cast<std::int32_t>(text.size())};
  rest_ = protocol::as_bytes(in.rest());
  return true;
}

}  // namespace pgcoro::detail
