// Character data for SASLprep: the sets of RFC 3454 and what normal form KC needs of Unicode 3.2. All tables ascend by
// code point. scripts/make_saslprep_tables.py writes them.
#pragma once

#include <cstdint>
#include <span>

namespace pgcoro::auth {

struct code_point_range {
  char32_t first;
  char32_t last;
};

struct combining_class_range {
  char32_t first;
  char32_t last;
  std::uint8_t combining_class;
};

/// The full compatibility decomposition of `code`: a piece of `decomposition_text`. Hangul syllables are not listed.
struct decomposition {
  char32_t code;
  std::uint16_t offset;
  std::uint8_t length;
};

/// `first` followed by `second` composes to `composite`. Ascends by first, then second; Hangul is not listed.
struct composition {
  char32_t first;
  char32_t second;
  char32_t composite;
};

extern const std::span<const code_point_range> non_ascii_spaces;   ///< C.1.2, become a space
extern const std::span<const code_point_range> mapped_to_nothing;  ///< B.1 without those of C.1.2, as PostgreSQL has it
extern const std::span<const code_point_range> prohibited;         ///< C.2 to C.9, and A.1: not assigned in Unicode 3.2
extern const std::span<const code_point_range> right_to_left;      ///< D.1
extern const std::span<const code_point_range> left_to_right;      ///< D.2
extern const std::span<const combining_class_range> combining_classes;  ///< those that are not 0
extern const std::span<const decomposition> decompositions;
extern const std::span<const char32_t> decomposition_text;
extern const std::span<const composition> compositions;

}  // namespace pgcoro::auth
