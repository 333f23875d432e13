#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/row.hpp>

namespace pgcoro {

error_info field_view::read(const detail::member_type& type, void* out, read_function read_value) const {
  detail::column_plan plan;
  plan.from = {column().type, column().format, columns_->registry.get()};
  plan.decoder = type.decoder(plan.from);
  if (plan.decoder == nullptr) {
    return detail::column_type_mismatch(column(), type.cpp_name(), plan.from.registry);
  }
  const errc failure = read_value(value_, out, plan);
  if (failure == errc{}) [[likely]]
    return {};
  return detail::column_conversion_error(detail::not_malformed(failure), column(), value_, type.cpp_name(),
                                         plan.from.registry);
}

std::string_view field_view::text() const { return as<std::string_view>(); }

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
