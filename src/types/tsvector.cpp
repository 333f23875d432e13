#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>

#include <pgcoro/types/tsvector.hpp>

#include "types/lexeme.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

using detail::text_scanner;

constexpr std::string_view weight_letters = "DCBA";

void append(std::string& out, tsvector::position p) {
  out.append(std::to_string(p.index));
  if (p.weight != lexeme_weight::d) out.push_back(weight_letters[static_cast<std::size_t>(p.weight)]);
}

void append(std::string& out, const tsvector::entry& e) {
  detail::append_lexeme(out, e.lexeme);
  for (std::size_t i = 0; i < e.positions.size(); ++i) {
    out.push_back(i == 0 ? ':' : ',');
    append(out, e.positions[i]);
  }
}

tsvector::position scan_position(text_scanner& in) noexcept {
  tsvector::position made;
  made.index = in.integer<std::uint16_t>();
  if (made.index > tsvector::max_position) in.fail(errc::out_of_range);
  if (const std::size_t weight = weight_letters.find(in.peek()); weight < weight_letters.size()) {
    made.weight = static_cast<lexeme_weight>(weight);
    in.skip(1);
  }
  return made;
}

void scan(text_scanner& in, tsvector::entry& out) {
  detail::scan_lexeme(in, out.lexeme);
  if (!in.accept(':')) return;
  do {
    out.positions.push_back(scan_position(in));
  } while (in.accept(','));
}

bool ascend(const std::vector<tsvector::position>& positions) noexcept {
  return std::ranges::adjacent_find(positions, std::greater_equal(), &tsvector::position::index) == positions.end();
}

bool is_sendable(const tsvector::entry& e) noexcept {
  return detail::is_lexeme(e.lexeme, tsvector::max_lexeme) && e.positions.size() <= tsvector::max_positions &&
         ascend(e.positions) && (e.positions.empty() || e.positions.back().index <= tsvector::max_position);
}

// On the wire the weight is in the two highest bits of a position.
constexpr int weight_shift = 14;

}  // namespace

std::string to_string(const tsvector& value) {
  std::string out;
  for (const tsvector::entry& e : value.entries) {
    if (!out.empty()) out.push_back(' ');
    append(out, e);
  }
  return out;
}

errc parse(std::string_view text, tsvector& out) {
  out.entries.clear();
  text_scanner in(text);
  while (!in.at_end()) {
    if (!out.entries.empty()) in.expect(' ');
    scan(in, out.entries.emplace_back());
  }
  return in.finish();
}

namespace detail {

/// The number of lexemes; for each the text with a NUL, the number of positions, the positions.
template <>
struct wire_format<tsvector> {
  static void read(protocol::reader& in, tsvector& out) {
    constexpr std::size_t smallest_entry = 3;
    out.entries.clear();
    const std::int32_t count = in.i32();
    if (count < 0 || static_cast<std::size_t>(count) > in.remaining() / smallest_entry)
      return in.fail("number of lexemes");
    for (std::int32_t i = 0; i < count && in.ok(); ++i) read(in, out.entries.emplace_back());
  }
  static errc write(const tsvector& value, protocol::buffer& out) {
    if (!std::in_range<std::int32_t>(value.entries.size())) return errc::out_of_range;
    out.append_i32(static_cast<std::int32_t>(value.entries.size()));
    for (const tsvector::entry& e : value.entries) {
      if (!is_sendable(e)) return errc::out_of_range;
      write(e, out);
    }
    return errc{};
  }

 private:
  static void read(protocol::reader& in, tsvector::entry& out) {
    out.lexeme = in.cstring();
    const std::size_t count = in.u16();
    if (count > in.remaining() / sizeof(std::uint16_t)) return in.fail("number of positions");
    out.positions.resize(count);
    for (tsvector::position& p : out.positions) {
      const std::uint16_t packed = in.u16();
      p.index = packed & tsvector::max_position;
      p.weight = static_cast<lexeme_weight>(packed >> weight_shift);
    }
  }
  static void write(const tsvector::entry& e, protocol::buffer& out) {
    out.append(std::string_view(e.lexeme.c_str(), e.lexeme.size() + 1));
    out.append_u16(static_cast<std::uint16_t>(e.positions.size()));
    for (const tsvector::position p : e.positions)
      out.append_u16(static_cast<std::uint16_t>(static_cast<unsigned>(p.weight) << weight_shift | p.index));
  }
};

template struct single_type_codec<tsvector, oids::tsvector>;

}  // namespace detail
}  // namespace pgcoro
