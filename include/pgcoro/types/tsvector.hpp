// tsvector: a document for text search, as the server's parser has taken it apart.
//
//   auto document = co_await db.fetch_one<pgcoro::tsvector>("SELECT to_tsvector('english', $1)", text);
//   for (const pgcoro::tsvector::entry& e : document.entries) use(e.lexeme, e.positions);
//
// PostgreSQL manual, "tsvector".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/single_type_codec.hpp>

namespace pgcoro {

/// Where a lexeme comes from, from the title (A) to the body (D), for ranking.
enum class lexeme_weight : std::uint8_t { d = 0, c = 1, b = 2, a = 3 };

struct tsvector {
  static constexpr std::uint16_t max_position = 16'383;
  static constexpr std::size_t max_positions = 256;  ///< of a lexeme
  static constexpr std::size_t max_lexeme = 2'046;   ///< in bytes

  struct position {
    std::uint16_t index = 1;  ///< of the word in the document, from 1
    lexeme_weight weight = lexeme_weight::d;
    friend bool operator==(const position&, const position&) = default;
  };
  struct entry {
    std::string lexeme;
    std::vector<position> positions;  ///< ascending; may be empty
    friend bool operator==(const entry&, const entry&) = default;
  };

  std::vector<entry>
      entries;  ///< distinct, and sorted as std::string is: the server sorts, but does not look for twins

  friend bool operator==(const tsvector&, const tsvector&) = default;
};

/// 'cat':3 'fat':2A,11C
[[nodiscard]] PGCORO_DECL std::string to_string(const tsvector& value);
/// Takes what the server writes. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, tsvector& out);

/// errc::out_of_range where a limit is exceeded, positions do not ascend, or a lexeme is empty or contains a NUL.
template <>
struct codec<tsvector> : detail::single_type_codec<tsvector, oids::tsvector> {
  static constexpr std::string_view name = "pgcoro::tsvector";
};

}  // namespace pgcoro
