// A tsquery's text. Neither direction recurses: a query is as deep as whoever sent it likes.
#include <cstdint>
#include <utility>

#include <pgcoro/types/tsquery.hpp>

#include "types/lexeme.hpp"

namespace pgcoro {
namespace {

using detail::text_scanner;
using kind = tsquery::kind;

/// The higher binds the tighter.
constexpr int priority_of(kind what) noexcept {
  switch (what) {
    case kind::or_: return 1;
    case kind::and_: return 2;
    case kind::followed_by: return 3;
    default: return 4;
  }
}

constexpr std::string_view weight_letters = "ABCD";

// --- writing
// ----------------------------------------------------------------------------------------------------------

class printer {
 public:
  explicit printer(std::span<const tsquery::node> nodes) : nodes_(nodes), left_(nodes.size()) { find_left_operands(); }

  std::string print() {
    if (!nodes_.empty()) todo_.push_back({.node = 0});
    while (!todo_.empty()) {
      const step next = todo_.back();
      todo_.pop_back();
      switch (next.what) {
        case action::whole: begin(next); break;
        case action::symbol: append_symbol(nodes_[next.node]); break;
        case action::close: out_.append(" )"); break;
      }
    }
    return std::move(out_);
  }

 private:
  enum class action { whole, symbol, close };
  struct step {
    action what = action::whole;
    std::size_t node = 0;
    int parent = 0;  ///< priority of the operator above
    bool right_of_followed_by = false;
  };

  /// Where each operator's left operand begins: behind its right one. A first pass knows where each operand ends.
  void find_left_operands() {
    std::vector<std::size_t> end(nodes_.size());
    for (std::size_t i = nodes_.size(); i > 0; --i) {
      const std::size_t at = i - 1;
      const kind what = nodes_[at].what;
      if (what == kind::lexeme) {
        end[at] = i;
      } else if (what == kind::not_) {
        end[at] = end[i];
      } else {
        left_[at] = end[i];
        end[at] = end[left_[at]];
      }
    }
  }

  void begin(const step& s) {
    const tsquery::node& n = nodes_[s.node];
    if (n.what == kind::lexeme) return append_operand(n);
    const int priority = priority_of(n.what);
    // "Followed by" is not associative.
    const bool parentheses = priority < s.parent || (n.what == kind::followed_by && s.right_of_followed_by);
    if (parentheses) {
      out_.append("( ");
      todo_.push_back({.what = action::close});
    }
    if (n.what == kind::not_) {
      out_.push_back('!');
      todo_.push_back({.node = s.node + 1, .parent = priority});
      return;
    }
    // The last in is the first out.
    todo_.push_back({.node = s.node + 1, .parent = priority, .right_of_followed_by = n.what == kind::followed_by});
    todo_.push_back({.what = action::symbol, .node = s.node});
    todo_.push_back({.node = left_[s.node], .parent = priority});
  }

  void append_symbol(const tsquery::node& n) {
    if (n.what == kind::and_)
      out_.append(" & ");
    else if (n.what == kind::or_)
      out_.append(" | ");
    else if (n.distance == 1)
      out_.append(" <-> ");
    else
      out_.append(" <" + std::to_string(n.distance) + "> ");
  }

  void append_operand(const tsquery::node& n) {
    detail::append_lexeme(out_, n.lexeme);
    if (n.weights == 0 && !n.prefix) return;
    out_.push_back(':');
    if (n.prefix) out_.push_back('*');
    for (std::size_t i = 0; i < weight_letters.size(); ++i)
      if (n.weights & tsquery::weight_a >> i) out_.push_back(weight_letters[i]);
  }

  std::span<const tsquery::node> nodes_;
  std::vector<std::size_t> left_;
  std::vector<step> todo_;
  std::string out_;
};

// --- reading
// ----------------------------------------------------------------------------------------------------------

/// Dijkstra's shunting yard: operators wait until one that binds less comes after them. What leaves is in postfix
/// notation, the reverse of what the server keeps.
class parser {
 public:
  explicit parser(std::string_view text) : in_(text) {}

  errc parse(tsquery& out) {
    if (in_.at_end()) return tsquery::from_nodes({}, out);
    bool operand_expected = true;
    while (in_.ok() && !(in_.at_end() && !operand_expected))
      operand_expected = operand_expected ? !read_operand() : read_operator();
    while (in_.ok() && !waiting_.empty()) {
      if (is_parenthesis(waiting_.back())) in_.fail();
      release();
    }
    if (const errc failure = in_.finish(); failure != errc{}) return failure;
    return tsquery::from_nodes({done_.rbegin(), done_.rend()}, out);
  }

 private:
  // A parenthesis waits as a lexeme: of those none ever waits.
  static constexpr bool is_parenthesis(const tsquery::node& n) noexcept { return n.what == kind::lexeme; }

  void release() {
    done_.push_back(std::move(waiting_.back()));
    waiting_.pop_back();
  }

  /// A lexeme, or what may stand before one; says whether it was the lexeme.
  bool read_operand() {
    if (in_.accept('!')) {
      waiting_.push_back({.what = kind::not_});
      return false;
    }
    if (in_.accept("( ")) {
      waiting_.emplace_back();
      return false;
    }
    tsquery::node operand;
    detail::scan_lexeme(in_, operand.lexeme);
    if (in_.accept(':')) read_flags(operand);
    done_.push_back(std::move(operand));
    return true;
  }

  void read_flags(tsquery::node& operand) {
    operand.prefix = in_.accept('*');
    for (std::size_t i = 0; i < weight_letters.size(); ++i)
      if (in_.accept(weight_letters[i])) operand.weights |= static_cast<std::uint8_t>(tsquery::weight_a >> i);
    if (!operand.prefix && operand.weights == 0) in_.fail();
  }

  /// A closing parenthesis, or an operator with two operands; says whether an operand must follow.
  bool read_operator() {
    in_.expect(' ');
    if (in_.accept(')')) {
      close();
      return false;
    }
    tsquery::node joint;
    if (in_.accept('&')) {
      joint.what = kind::and_;
    } else if (in_.accept('|')) {
      joint.what = kind::or_;
    } else {
      joint.what = kind::followed_by;
      joint.distance = read_distance();
    }
    in_.expect(' ');
    while (!waiting_.empty() && !is_parenthesis(waiting_.back()) &&
           priority_of(waiting_.back().what) >= priority_of(joint.what))
      release();
    waiting_.push_back(std::move(joint));
    return true;
  }

  std::uint16_t read_distance() {
    in_.expect('<');
    const std::uint16_t distance = in_.accept('-') ? std::uint16_t{1} : in_.integer<std::uint16_t>();
    if (distance > tsquery::max_distance) in_.fail(errc::out_of_range);
    in_.expect('>');
    return distance;
  }

  void close() {
    while (!waiting_.empty() && !is_parenthesis(waiting_.back())) release();
    if (waiting_.empty()) return in_.fail();
    waiting_.pop_back();
  }

  text_scanner in_;
  std::vector<tsquery::node> waiting_;
  std::vector<tsquery::node> done_;
};

}  // namespace

std::string to_string(const tsquery& value) { return printer(value.nodes()).print(); }

errc parse(std::string_view text, tsquery& out) { return parser(text).parse(out); }

}  // namespace pgcoro
