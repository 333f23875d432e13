#include <pgcoro/result.hpp>

namespace pgcoro {

row_view result::at(std::size_t index) const {
  if (index >= size())
    throw_error(error_info(errc::no_rows,
                           "no row number " + std::to_string(index) + ": the result has " + std::to_string(size())));
  return (*this)[index];
}

const row_description& result::columns() const noexcept {
  static const row_description none;
  return description_ ? *description_ : none;
}

}  // namespace pgcoro
