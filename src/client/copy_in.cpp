#include <algorithm>

#include <pgcoro/copy_in.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro::detail {

copy_frame binary_rows::frame() {
  copy_frame frame;
  write_copy_header(frame.head);
  write_copy_trailer(frame.tail);
  return frame;
}

void copy_in_state::require_format(protocol::format wanted) const {
  if (copy_->format() == wanted) return;
  const char* const what = wanted == protocol::format::binary
                               ? "the statement begins a COPY in text; rows are sent in binary: FORMAT binary"
                               : "the statement begins a COPY in binary; rows are sent as text";
  throw_error(error_info(make_error_code(errc::copy_not_allowed), what));
}

void binary_rows::planned(std::span<const copy_column> columns, copy_in_state& to) noexcept {
  if (std::ranges::all_of(columns, &copy_column::sized)) to.expect_small_rows();
}

void copy_in_state::open_message() {
  message_ = static_cast<std::size_t>(protocol::begin_copy_data(out()));
  message_open_ = true;
  out().append(frame_.head.data());
  frame_.head.clear();
}

void copy_in_state::look_for_room() noexcept {
  small_rows_until_ = nullptr;
  if (out_.size() >= high_water || out_.room() < small_row) return;
  small_rows_until_ = out_.end_of_data() + std::min(high_water - out_.size(), out_.room() - small_row + 1);
}

void copy_in_state::close_message() {
  if (!std::exchange(message_open_, false)) return;
  small_rows_until_ = nullptr;
  const std::size_t whole = out().size();
  if (protocol::end_copy_data(out(), protocol::copy_mark{message_}) != errc{})
    throw_error(error_info(make_error_code(errc::message_too_large), "more than a message takes was not flushed"));
  flushed_ += whole;
}

boost::asio::awaitable<void> copy_in_state::flush() {
  close_message();
  return copy_->wait(flow::until::drained);
}

boost::asio::awaitable<std::uint64_t> copy_in_state::finish() {
  static_cast<void>(begin_row());
  out().append(frame_.tail.data());
  close_message();
  copy_->finish();
  co_await copy_->wait(flow::until::end);
  co_return copy_->take_result().rows_affected();
}

}  // namespace pgcoro::detail
