#include <pgcoro/detail/copy_row_error.hpp>

namespace pgcoro::detail {

error_info in_copy_row(const error_info& why, std::uint64_t row) {
  error_details details = why.details();
  details.message = "row " + std::to_string(row) + " of COPY: " + details.message;
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
