#include <pgcoro/copy_in.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro::detail {

void copy_in_state::open_message() {
  message_ = static_cast<std::size_t>(protocol::begin_copy_data(out()));
  message_open_ = true;
  if (!std::exchange(header_written_, true)) write_copy_header(out());
}

void copy_in_state::close_message() {
  if (!std::exchange(message_open_, false)) return;
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
  write_copy_trailer(out());
  close_message();
  copy_->finish();
  co_await copy_->wait(flow::until::end);
  co_return copy_->take_result().rows_affected();
}

}  // namespace pgcoro::detail
