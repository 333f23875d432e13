#include <algorithm>
#include <limits>

#include <pgcoro/detail/array_source.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/numbers.hpp>
#include <pgcoro/protocol/reader.hpp>

namespace pgcoro::detail {

errc array_shape::add(array_dimension dimension) noexcept {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t last = std::int64_t{dimension.lower} + dimension.size - 1;
  const std::int64_t elements = static_cast<std::int64_t>(size_ == 0 ? 1 : elements_) * dimension.size;
  if (size_ == max_array_dimensions || dimension.size < 0 || last > most || elements > most) return errc::invalid_value;
  dimensions_[size_++] = dimension;
  elements_ = static_cast<std::size_t>(elements);
  return errc{};
}

errc binary_array::open(protocol::bytes_view bytes, const value_type& from) noexcept {
  constexpr std::int32_t has_nulls = 1;
  protocol::reader in(bytes);
  const std::int32_t dimensions = in.i32();
  const std::int32_t flags = in.i32();
  element_ = without_domain({in.u32(), protocol::format::binary, from.registry});
  if (dimensions < 0 || (flags & ~has_nulls) != 0) return errc::invalid_value;
  shape_.clear();
  for (std::int32_t i = 0; i < dimensions && in.ok(); ++i) {
    const std::int32_t size = in.i32();
    if (const errc e = shape_.add({size, in.i32()}); e != errc{}) return e;
  }
  if (!in.ok() || shape_.elements() > in.remaining() / 4) return errc::invalid_value;
  if (shape_.elements() == 0) shape_.clear();
  const protocol::bytes_view elements = in.rest();
  at_ = elements.data();
  last_ = at_ + elements.size();
  return errc{};
}

errc text_array::open(protocol::bytes_view bytes, const value_type& from) {
  element_ = without_domain({element_type(from.type, from.registry), protocol::format::text, from.registry});
  special_[2] = element_delimiter(from.type, from.registry);
  rules_ = array_rules({special_, sizeof special_});
  shape_.clear();
  std::string_view text = protocol::as_text(bytes);
  if (is_vector_type(from.type)) {
    vector_.assign(text.empty() ? "" : "[0:").append(text.empty() ? "" : std::to_string(std::ranges::count(text, ' ')));
    vector_.append(text.empty() ? "{" : "]={").append(text).append("}");
    std::ranges::replace(vector_, ' ', ',');
    text = vector_;
  }
  in_ = literal_reader(text);
  return read_shape();
}

/// "[1:2][0:4]="
errc text_array::read_subscripts() {
  if (!in_.next_is('[')) return errc{};
  while (in_.skip('[')) {
    std::int32_t lower = 0;
    std::int32_t upper = 0;
    if (!in_.number(lower) || !in_.skip(':') || !in_.number(upper) || !in_.skip(']')) return errc::invalid_value;
    const std::int64_t size = std::int64_t{upper} - lower + 1;
    if (size < 1 || size > std::numeric_limits<std::int32_t>::max()) return errc::invalid_value;
    if (const errc e = shape_.add({static_cast<std::int32_t>(size), lower}); e != errc{}) return e;
  }
  return in_.skip('=') ? errc{} : errc::invalid_value;
}

/// The braces that are open while the text is looked over, and what was found within them.
struct text_array::levels {
  static constexpr std::int32_t unknown = -1;

  std::size_t depth = 0;
  std::size_t deepest = 0;                                 ///< where the elements are; 0 until one was met
  std::array<std::int32_t, max_array_dimensions> items{};  ///< within the braces that are open
  std::array<std::int32_t, max_array_dimensions> sizes;    ///< of braces that were closed
  bool item_follows = true;                                ///< behind a brace or a delimiter

  levels() noexcept { sizes.fill(unknown); }
};

errc text_array::close_level(levels& open) {
  const std::size_t level = open.depth - 1;
  const bool empty = open.items[level] == 0;
  if (open.item_follows != empty || (empty && (level != 0 || open.deepest != 0))) return errc::invalid_value;
  if (open.sizes[level] != levels::unknown && open.sizes[level] != open.items[level]) return errc::invalid_value;
  open.sizes[level] = open.items[level];
  if (--open.depth != 0) ++open.items[level - 1];
  open.item_follows = false;
  return errc{};
}

/// An element, or the brace that opens a row of them.
errc text_array::read_item(levels& open) {
  if (!open.item_follows) return errc::invalid_value;
  if (in_.skip('{')) {
    const bool beyond_the_elements = open.deepest != 0 && open.depth == open.deepest;
    if (open.depth == max_array_dimensions || beyond_the_elements) return errc::invalid_value;
    open.items[open.depth++] = 0;
    return errc{};
  }
  if (open.depth == 0 || in_.next_is(special_[2])) return errc::invalid_value;
  if (open.deepest == 0) open.deepest = open.depth;
  if (open.depth != open.deepest) return errc::invalid_value;
  ++open.items[open.depth - 1];
  open.item_follows = false;
  const std::size_t before = in_.rest().size();
  return in_.skip_word(rules_) && in_.rest().size() != before ? errc{} : errc::invalid_value;
}

errc text_array::read_shape() {
  if (const errc e = read_subscripts(); e != errc{}) return e;
  const array_shape declared = shape_;
  const literal_reader elements = in_;
  levels open;
  do {
    errc e{};
    if (open.depth != 0 && in_.skip('}')) {
      e = close_level(open);
    } else if (open.depth != 0 && !open.item_follows) {
      open.item_follows = in_.skip(special_[2]);
      e = open.item_follows ? errc{} : errc::invalid_value;
    } else {
      e = read_item(open);
    }
    if (e != errc{}) return e;
  } while (open.depth != 0);
  if (!in_.at_end()) return errc::invalid_value;
  in_ = elements;

  shape_.clear();
  const std::span<const array_dimension> given = declared.dimensions();
  if (!given.empty() && given.size() != open.deepest) return errc::invalid_value;
  for (std::size_t i = 0; i < open.deepest; ++i) {
    if (!given.empty() && given[i].size != open.sizes[i]) return errc::invalid_value;
    if (const errc e = shape_.add({open.sizes[i], given.empty() ? 1 : given[i].lower}); e != errc{}) return e;
  }
  return errc{};
}

bool text_array::next(protocol::field& out) {
  while (in_.skip('{') || in_.skip('}') || in_.skip(special_[2])) {
  }
  literal_word word;
  if (!in_.word(rules_, word)) return false;
  const protocol::bytes_view bytes = protocol::as_bytes(word.text);
  out = {bytes.data(), static_cast<std::int32_t>(bytes.size())};
  if (!word.quoted && word.text == "NULL") out = {};
  return true;
}

void append_subscripts(protocol::buffer& out, std::span<const array_dimension> dimensions) {
  if (std::ranges::all_of(dimensions, [](const array_dimension& d) { return d.lower == 1; })) return;
  for (const array_dimension& d : dimensions) {
    out.append("[");
    append_number(out, std::int64_t{d.lower});
    out.append(":");
    append_number(out, std::int64_t{d.lower} + d.size - 1);
    out.append("]");
  }
  out.append("=");
}

}  // namespace pgcoro::detail
