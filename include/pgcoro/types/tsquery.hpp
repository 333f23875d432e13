// tsquery: what text search looks for; lexemes, joined by operators.
//
//   pgcoro::tsquery wanted = pgcoro::tsquery("fat") && !pgcoro::tsquery("rat", pgcoro::tsquery::weight_a, true);
//   co_await db.fetch<page>("SELECT … WHERE $1 @@ document", wanted);              // 'fat' & !'rat':*A
//
// PostgreSQL manual, "tsquery".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro {

class PGCORO_DECL tsquery {
 public:
  static constexpr std::size_t max_lexeme = 2'046;  ///< in bytes
  static constexpr std::uint16_t max_distance = 16'384;

  /// Bits of node::weights.
  static constexpr std::uint8_t weight_d = 1;
  static constexpr std::uint8_t weight_c = 2;
  static constexpr std::uint8_t weight_b = 4;
  static constexpr std::uint8_t weight_a = 8;

  enum class kind : std::uint8_t { lexeme = 0, not_ = 1, and_ = 2, or_ = 3, followed_by = 4 };

  struct node {
    kind what = kind::lexeme;
    std::uint8_t weights = 0;    ///< of a lexeme: only with one of these weights; 0: with any
    bool prefix = false;         ///< of a lexeme: also what begins with it
    std::uint16_t distance = 0;  ///< of `followed_by`: in words
    std::string lexeme{};
    friend bool operator==(const node&, const node&) = default;
  };

  /// Looks for nothing, and finds nothing. Joined with another query it is left out.
  tsquery() noexcept = default;
  explicit tsquery(std::string lexeme, std::uint8_t weights = 0, bool prefix = false);

  /// As the server keeps it: an operator stands before its operands, and the right operand before the left.
  [[nodiscard]] std::span<const node> nodes() const noexcept { return nodes_; }
  [[nodiscard]] bool empty() const noexcept { return nodes_.empty(); }

  friend tsquery operator&&(const tsquery& left, const tsquery& right) {
    return join({.what = kind::and_}, left, right);
  }
  friend tsquery operator||(const tsquery& left, const tsquery& right) {
    return join({.what = kind::or_}, left, right);
  }
  friend tsquery operator!(const tsquery& what) { return negate(what); }
  /// `left <distance> right`: the one `distance` words before the other.
  friend tsquery followed_by(const tsquery& left, const tsquery& right, std::uint16_t distance = 1) {
    return join({.what = kind::followed_by, .distance = distance}, left, right);
  }

  friend bool operator==(const tsquery&, const tsquery&) = default;

  /// A query of these nodes, in the order of nodes(). errc::invalid_value where operands are missing or left over.
  [[nodiscard]] static errc from_nodes(std::vector<node> nodes, tsquery& out);

 private:
  static tsquery join(node joint, const tsquery& left, const tsquery& right);
  static tsquery negate(const tsquery& what);

  std::vector<node> nodes_;
};

/// 'fat' & ( 'rat' | !'cat':AB ) <-> 'dog':*
[[nodiscard]] PGCORO_DECL std::string to_string(const tsquery& value);
/// Takes what the server writes. errc::invalid_value, errc::out_of_range.
[[nodiscard]] PGCORO_DECL errc parse(std::string_view text, tsquery& out);

/// Sent as text always: the server takes an empty query in no other format. errc::out_of_range where a limit is
/// exceeded, or a lexeme is empty or contains a NUL.
template <>
struct codec<tsquery> {
  static constexpr std::string_view name = "pgcoro::tsquery";
  static constexpr oid declared_oid = oids::tsquery;

  PGCORO_DECL static decode_function<tsquery> decoder(const value_type& from) noexcept;
  PGCORO_DECL static encoding<tsquery> encoder(const value_type& to) noexcept;
};

}  // namespace pgcoro
