#include <pgcoro/detail/array_codec.hpp>

namespace pgcoro::detail {

std::size_t append_array_header(protocol::buffer& out, std::span<const array_dimension> dimensions, oid element) {
  out.append_i32(static_cast<std::int32_t>(dimensions.size()));
  const std::size_t flag = out.size();
  out.append_i32(0);
  out.append_u32(element);
  for (const array_dimension& d : dimensions) {
    out.append_i32(d.size);
    out.append_i32(d.lower);
  }
  return flag;
}

void set_has_nulls(protocol::buffer& out, std::size_t flag) noexcept {
  protocol::store_be<std::int32_t>(out.begin_of_data() + flag, 1);
}

text_array_writer::text_array_writer(protocol::buffer& out, std::span<const array_dimension> dimensions,
                                     const value_type& type)
    : out_(out), dimensions_(dimensions), braces_(!is_vector_type(type.type)) {
  special_[2] = braces_ ? element_delimiter(type.type, type.registry) : ' ';
  rules_ = array_rules({special_, sizeof special_});
  if (braces_) append_subscripts(out, dimensions);
  if (braces_ && dimensions.empty()) out.append("{}");
}

void text_array_writer::before_element() {
  std::size_t begun = dimensions_.size();  // the dimensions that this element is the first of
  while (begun != 0 && done_[begun - 1] == 0) --begun;
  if (begun != 0) out_.append({special_ + 2, 1});
  if (braces_)
    for (; begun != dimensions_.size(); ++begun) out_.append("{");
}

void text_array_writer::after_element() {
  for (std::size_t level = dimensions_.size(); level != 0; --level) {
    if (++done_[level - 1] != dimensions_[level - 1].size) return;
    if (level != 1) done_[level - 1] = 0;
    if (braces_) out_.append("}");
  }
}

}  // namespace pgcoro::detail
