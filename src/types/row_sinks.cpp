#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {
namespace {

// Identities of what the two sinks choose.
constexpr char result_formats = 0;
constexpr char no_formats = 0;

}  // namespace

row_sink::verdict result_sink::describe(const std::shared_ptr<const row_description>& description) {
  description_ = description;
  return verdict::ok;
}

row_sink::verdict result_sink::row(std::span<const std::byte> body) {
  if (const protocol::protocol_error e = protocol::check_data_row(body, description_->columns.size())) [[unlikely]] {
    error_ = error_info(e.code(), e.to_string());
    return verdict::malformed;
  }
  rows_.append(body);
  return verdict::ok;
}

void result_sink::complete(std::string_view tag, std::uint64_t rows) {
  command_ = command_result(std::string(tag), rows);
}

error_info result_sink::take_error() { return std::move(error_); }

void result_sink::restart() { rows_.clear(); }

void result_sink::choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const oid type = description.columns[i].type;
    // Text types look the same either way; as text, their values need no look at the type.
    if (has_binary_text(type) && !is_text_type(type)) out[i] = protocol::format::binary;
  }
}

const void* result_sink::format_plan() const noexcept { return &result_formats; }

result result_sink::take() { return result(std::move(description_), std::move(rows_), std::move(command_)); }

const void* execute_sink::format_plan() const noexcept { return &no_formats; }

row_sink::verdict typed_sink::describe(const std::shared_ptr<const row_description>& description) {
  description_ = description;
  error_ = plan_columns(type_, *description, plans_);
  return error_ ? verdict::failed : verdict::ok;
}

error_info typed_sink::take_error() { return std::move(error_); }

void typed_sink::choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept {
  detail::choose_formats(type_, description, out);
}

std::span<const protocol::format> typed_sink::wanted_formats() const noexcept { return formats_by_position(type_); }

row_sink::verdict typed_sink::explain(decode_status status, std::span<const std::byte> body) {
  error_ = decode_error(type_, plans_, status, *description_, body);
  return status.malformed() ? verdict::malformed : verdict::failed;
}

row_sink::verdict typed_sink::fail(error_info why) noexcept {
  error_ = std::move(why);
  return verdict::failed;
}

error_info too_many_rows_error() { return error_info(errc::too_many_rows, "the statement returned more than one row"); }

error_info no_rows_error() { return error_info(errc::no_rows, "the statement returned no row"); }

}  // namespace pgcoro::detail
