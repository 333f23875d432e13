#include <algorithm>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/bind_writer.hpp>

namespace pgcoro::protocol {

namespace {

std::byte* put(std::byte* at, std::string_view name) noexcept {
  at = std::copy_n(reinterpret_cast<const std::byte*>(name.data()), name.size(), at);
  *at = std::byte{0};
  return at + 1;
}

bool has_nul(std::string_view name) noexcept { return name.find('\0') != std::string_view::npos; }

}  // namespace

bind_head::bind_head(std::string_view portal, std::string_view statement, std::size_t parameters)
    : parameters_(parameters) {
  buffer made;
  bind_writer writer(made, portal, statement, parameters);
  error_ = writer.error_;
  const bytes_view bytes = made.data();
  bytes_.assign(bytes.begin(), bytes.end());
  if (error_ != errc{}) parameters_ = 0;
}

void bind_writer::begin(std::string_view portal, std::string_view statement, std::size_t parameters) {
  if (parameters > max_parameters) return fail(errc::too_many_parameters);
  const std::uint64_t head = 1 + 4 + std::uint64_t{portal.size()} + 1 + statement.size() + 1 + 2 + 2 * parameters + 2;
  if (head > max_length_) return fail_too_large();
  if (has_nul(portal) || has_nul(statement)) return fail(errc::embedded_nul);

  std::byte* const start = to_.prepare(head);
  *start = static_cast<std::byte>(frontend_type::bind);
  std::byte* at = put(put(start + 5, portal), statement);
  const auto count = static_cast<std::uint16_t>(parameters);
  store_be(at, count);
  next_format_ = start_ + static_cast<std::size_t>(at + 2 - start);
  store_be(start + head - 2, count);
  to_.commit(head);
  left_ = parameters;
}

void bind_writer::fail(errc why) noexcept {
  if (ok()) error_ = why;
  left_ = 0;
}

void bind_writer::fail_too_large() noexcept { fail(errc::message_too_large); }

void bind_writer::fail_count() noexcept { fail(errc::parameter_count_mismatch); }

void bind_writer::give_up() noexcept {
  if (left_ != 0) fail_count();
  if (ok()) fail_too_large();
  to_.truncate(start_);
  finished_ = true;
}

errc bind_writer::finish(std::span<const format> results) {
  const bool alike = std::adjacent_find(results.begin(), results.end(), std::not_equal_to<>()) == results.end();
  if (alike) return finish(results.empty() ? format::text : results.front());
  if (results.size() > max_parameters) fail(errc::too_many_parameters);
  if (ready_to_finish(2 + 2 * results.size())) {
    std::byte* at = to_.prepare(2 + 2 * results.size());
    store_be(at, static_cast<std::uint16_t>(results.size()));
    for (const format f : results) store_be(at += 2, static_cast<std::uint16_t>(f));
    to_.commit(2 + 2 * results.size());
    set_length();
  }
  return error_;
}

}  // namespace pgcoro::protocol
