#include <pgcoro/text_copy_in.hpp>

namespace pgcoro::detail {

error_info text_rows::prepare(const row_description& columns) {
  copy_dialect dialect;
  error_info refused = options_->resolve(columns, dialect);
  if (!refused) line_ = copy_line_writer(std::move(dialect));
  return refused;
}

copy_frame text_rows::frame() {
  copy_frame frame;
  line_.header(frame.head);
  return frame;
}

}  // namespace pgcoro::detail
