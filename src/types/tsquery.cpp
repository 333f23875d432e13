#include <algorithm>
#include <cstdint>
#include <utility>

#include <pgcoro/types/tsquery.hpp>

#include "types/lexeme.hpp"
#include "types/wire_format.hpp"

namespace pgcoro {
namespace {

constexpr bool is_binary(tsquery::kind what) noexcept {
  return what != tsquery::kind::lexeme && what != tsquery::kind::not_;
}

/// Whether the nodes are one tree and nothing else: read backwards, they are in postfix notation.
bool is_tree(std::span<const tsquery::node> nodes) noexcept {
  std::size_t operands = 0;
  for (std::size_t i = nodes.size(); i > 0; --i) {
    const tsquery::kind what = nodes[i - 1].what;
    const std::size_t taken = is_binary(what) ? 2 : what == tsquery::kind::not_ ? 1 : 0;
    if (operands < taken) return false;
    operands += 1 - taken;
  }
  return operands == 1;
}

}  // namespace

tsquery::tsquery(std::string lexeme, std::uint8_t weights, bool prefix)
    : nodes_{{.weights = weights, .prefix = prefix, .lexeme = std::move(lexeme)}} {}

tsquery tsquery::join(node joint, const tsquery& left, const tsquery& right) {
  if (left.empty()) return right;
  if (right.empty()) return left;
  tsquery made;
  made.nodes_.reserve(1 + left.nodes_.size() + right.nodes_.size());
  made.nodes_.push_back(std::move(joint));
  made.nodes_.insert(made.nodes_.end(), right.nodes_.begin(), right.nodes_.end());
  made.nodes_.insert(made.nodes_.end(), left.nodes_.begin(), left.nodes_.end());
  return made;
}

tsquery tsquery::negate(const tsquery& what) {
  tsquery made;
  if (what.empty()) return made;
  made.nodes_.reserve(1 + what.nodes_.size());
  made.nodes_.push_back({.what = kind::not_});
  made.nodes_.insert(made.nodes_.end(), what.nodes_.begin(), what.nodes_.end());
  return made;
}

errc tsquery::from_nodes(std::vector<node> nodes, tsquery& out) {
  if (!nodes.empty() && !is_tree(nodes)) return errc::invalid_value;
  out.nodes_ = std::move(nodes);
  return errc{};
}

namespace detail {
namespace {

// What a node is, on the wire.
constexpr std::uint8_t operand = 1;
constexpr std::uint8_t operator_ = 2;

}  // namespace

/// The number of nodes, then the nodes. A lexeme is 1, weights, whether a prefix, the text with a NUL; an operator is
/// 2, which one, and for "followed by" the distance.
template <>
struct wire_format<tsquery> {
  static void read(protocol::reader& in, tsquery& out) {
    constexpr std::size_t smallest_node = 2;
    const std::uint32_t count = in.u32();
    if (count > in.remaining() / smallest_node) return in.fail("number of nodes");
    std::vector<tsquery::node> nodes;
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) read(in, nodes.emplace_back());
    if (in.ok() && tsquery::from_nodes(std::move(nodes), out) != errc{}) in.fail("not a tree");
  }

 private:
  static void read(protocol::reader& in, tsquery::node& out) {
    const std::uint8_t type = in.u8();
    if (type == operand) {
      out.weights = in.u8();
      const std::uint8_t prefix = in.u8();
      out.prefix = prefix != 0;
      out.lexeme = in.cstring();
      if (out.weights > 15 || prefix > 1) in.fail("flags of a lexeme");
    } else if (type == operator_) {
      const std::uint8_t what = in.u8();
      if (what < 1 || what > 4) return in.fail("operator");
      out.what = static_cast<tsquery::kind>(what);
      if (out.what == tsquery::kind::followed_by) out.distance = in.u16();
    } else {
      in.fail("type of a node");
    }
  }
};

}  // namespace detail

namespace {

bool is_sendable(const tsquery::node& n) noexcept {
  if (n.what == tsquery::kind::lexeme) return detail::is_lexeme(n.lexeme, tsquery::max_lexeme) && n.weights <= 15;
  return n.distance <= tsquery::max_distance;
}

errc write_text(const tsquery& value, protocol::buffer& out, const value_type& to) {
  if (!std::ranges::all_of(value.nodes(), is_sendable)) return errc::out_of_range;
  return detail::write_text_value(value, out, to);
}

}  // namespace

decode_function<tsquery> codec<tsquery>::decoder(const value_type& from) noexcept {
  if (from.type != oids::tsquery) return nullptr;
  return from.format == protocol::format::binary ? &detail::read_value<tsquery> : &detail::read_text_value<tsquery>;
}

encoding<tsquery> codec<tsquery>::encoder(const value_type& to) noexcept {
  if (to.type == oids::tsquery || detail::is_open_type(to.type) || detail::is_text_type(to.type))
    return {protocol::format::text, &write_text};
  return {};
}

}  // namespace pgcoro
