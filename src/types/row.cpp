#include <pgcoro/row.hpp>

namespace pgcoro {

field_view row_view::operator[](std::size_t index) const {
  if (index >= size()) throw_error(detail::no_such_column_error(index, size()));
  iterator at = begin();
  for (std::size_t i = 0; i < index; ++i) ++at;
  return *at;
}

field_view row_view::operator[](std::string_view name) const {
  const std::optional<std::size_t> index = columns_->find(name);
  if (!index) throw_error(detail::no_such_column_error(name));
  return (*this)[*index];
}

std::span<const std::byte> row_view::bytes() const noexcept {
  std::size_t size = 2;
  for (const field_view field : *this) size += 4 + field.bytes().size();
  return {body_, size};
}

}  // namespace pgcoro
