#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail {
namespace {

// Identities of what the two sinks choose.
constexpr char result_formats = 0;
constexpr char no_formats = 0;

}  // namespace

std::shared_ptr<const row_layout> lay_out(const row_sink& sink, std::shared_ptr<const row_description> columns) {
  auto layout = std::make_shared<row_layout>(row_layout{std::move(columns)});
  sink.match(*layout);
  return layout;
}

void result_sink::describe(const std::shared_ptr<const row_layout>& layout) { description_ = layout->description; }

row_sink::verdict result_sink::row(std::span<const std::byte> body) {
  if (const protocol::protocol_error e = protocol::check_data_row(body, description_->columns.size())) [[unlikely]] {
    error_ = error_info(e.code(), e.to_string());
    return verdict::malformed;
  }
  rows_.append(body);
  return verdict::ok;
}

void result_sink::complete(std::string_view tag) {
  command_ = command_result(std::string(tag), protocol::affected_rows(tag));
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

const void* result_sink::kind() const noexcept { return &result_formats; }

result result_sink::take() { return result(std::move(description_), std::move(rows_), std::move(command_)); }

const void* execute_sink::kind() const noexcept { return &no_formats; }

void typed_sink::match(row_layout& layout) const {
  layout.plans.resize(type_.members.size());
  layout.refused = plan_columns(type_, *layout.description, layout.plans);
}

error_info typed_sink::take_error() { return std::move(error_); }

void typed_sink::choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept {
  detail::choose_formats(type_, description, out);
}

std::span<const protocol::format> typed_sink::wanted_formats() const noexcept { return formats_by_position(type_); }

row_sink::verdict typed_sink::explain(decode_status status, std::span<const std::byte> body) {
  error_ = decode_error(type_, layout_->plans, status, *layout_->description, body);
  return status.malformed() ? verdict::malformed : verdict::failed;
}

row_sink::verdict typed_sink::fail(error_info why) noexcept {
  error_ = std::move(why);
  return verdict::failed;
}

error_info too_many_rows_error() { return error_info(errc::too_many_rows, "the statement returned more than one row"); }

error_info no_rows_error() { return error_info(errc::no_rows, "the statement returned no row"); }

}  // namespace pgcoro::detail
