#include <pgcoro/detail/batch_sinks.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {
namespace {

/// A stream's rows come in the formats of query().
const result_sink& as_query() {
  static const result_sink sink;
  return sink;
}

}  // namespace

void batch_sink<row_view>::describe(const std::shared_ptr<const row_layout>& layout) {
  description_ = layout->description;
}

row_sink::verdict batch_sink<row_view>::row(std::span<const std::byte> body) {
  if (const protocol::protocol_error e = protocol::check_data_row(body, description_->columns.size())) [[unlikely]] {
    error_ = error_info(e.code(), e.to_string());
    return verdict::malformed;
  }
  offsets_.push_back(bodies_.size());
  bodies_.append(body);
  return offsets_.size() >= limits_.rows || bodies_.size() >= limits_.bytes ? verdict::enough : verdict::ok;
}

error_info batch_sink<row_view>::take_error() { return std::move(error_); }

void batch_sink<row_view>::choose_formats(const row_description& description,
                                          std::span<protocol::format> out) const noexcept {
  as_query().choose_formats(description, out);
}

const void* batch_sink<row_view>::kind() const noexcept { return as_query().kind(); }

}  // namespace pgcoro::detail
