// A COPY whose data are bytes: in, out, or in both directions, as START_REPLICATION has it.
//
//   flow_handle<raw_copy> copy(
//       std::make_shared<raw_copy>(core, "START_REPLICATION …", copy_direction::both, query_options{}));
//   co_await copy->wait(flow::until::open);
//   for (;;) {
//     co_await copy->wait(flow::until::data);
//     if (copy->chunks().empty()) break;                 // the server has ended it
//     for (protocol::bytes_view chunk : copy->chunks()) …  // in the receive buffer, until the next wait for data
//     copy->append(standby_status); copy->send();        // one CopyData, without waiting
//   }
//   copy->finish(); co_await copy->wait(flow::until::end);  // CopyDone, then whatever the server answers at the end
//
// While a batch is in use the connection reads nothing; whoever has to answer the server meanwhile copies the batch and
// waits again. append(), send() and finish() belong on the connection's executor, or between waits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/detail/copy_peer.hpp>
#include <pgcoro/detail/flow.hpp>
#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro::detail {

class PGCORO_DECL raw_copy final : public flow, private copy_peer {
 public:
  using flow::until;

  /// `expected`: any other direction ends as errc::copy_not_allowed. `need`: an older server is not asked.
  raw_copy(std::shared_ptr<connection_core> core, std::string sql, copy_direction expected,
           const query_options& options, server_need need = {}) noexcept
      : flow(std::move(core), options.timeout), sql_(std::move(sql)), need_(need), expected_(expected) {}

  /// Throws the error of the wait, or of the COPY.
  boost::asio::awaitable<void> wait(until what);

  /// The data of each CopyData message that has come; none once the server has ended its side.
  std::span<const protocol::bytes_view> chunks() const noexcept { return chunks_; }
  /// As the server's response said.
  protocol::format format() const noexcept { return format_; }
  std::size_t columns() const noexcept { return columns_; }

  /// One CopyData message, to go with the next send() or wait for `drained`.
  void append(protocol::bytes_view data);
  /// Where messages are put together, whole, with begin_copy_data() and end_copy_data().
  protocol::buffer& staging() noexcept { return staging_; }
  /// What was appended goes out as the socket takes it.
  void send() { post(); }
  /// CopyDone behind all that was appended. To be followed by a wait for `end`.
  void finish() noexcept { finished_ = true; }

  /// Rows and command tag that came after the COPY; once it has ended.
  result take_result() { return sink_.take(); }

 private:
  request* open(error_info& why) override;
  bool is_open() const override { return begun_; }
  bool has_data() const override { return !chunks_.empty(); }
  void next_batch() override { chunks_.clear(); }
  bool refers_to_input() const override { return true; }
  protocol::buffer* outgoing() override { return &staging_; }
  bool gives_end() const override { return finished_; }
  error_info completed(request& r) override;

  bool begin(copy_direction direction, protocol::format overall, std::size_t columns) override;
  copy_peer::verdict data(protocol::bytes_view bytes) override;
  copy_peer::verdict done() override;
  error_info take_error() override { return {}; }

  std::string sql_;
  server_need need_;
  std::vector<protocol::bytes_view> chunks_;
  protocol::buffer staging_;
  result_sink sink_;
  std::size_t columns_ = 0;
  copy_direction expected_;
  protocol::format format_ = protocol::format::text;
  bool begun_ = false;
  bool finished_ = false;
};

}  // namespace pgcoro::detail
