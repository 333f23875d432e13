#include <utility>

#include <pgcoro/replication/stream.hpp>

#include "replication/stream_readers.hpp"

namespace pgcoro::replication {

namespace asio = boost::asio;

stream_base::stream_base() noexcept = default;
stream_base::stream_base(std::shared_ptr<detail::replication_stream> stream) noexcept : stream_(std::move(stream)) {}
stream_base::stream_base(stream_base&&) noexcept = default;
stream_base& stream_base::operator=(stream_base&&) noexcept = default;
stream_base::~stream_base() = default;

void stream_base::confirm(lsn end) { stream_->confirm(end); }
void stream_base::apply(lsn end) { stream_->apply(end); }
void stream_base::report() { stream_->report(); }
asio::awaitable<void> stream_base::stop() { return stream_->stop(); }

stream_position stream_base::position() const noexcept {
  const detail::progress& p = stream_->position();
  return {p.written(), p.flushed(), p.applied(), p.server_end()};
}

logical_stream::logical_stream() noexcept = default;
logical_stream::logical_stream(std::shared_ptr<detail::replication_stream> stream,
                               std::unique_ptr<detail::logical_reader> reader) noexcept
    : stream_base(std::move(stream)), reader_(std::move(reader)) {}
logical_stream::logical_stream(logical_stream&&) noexcept = default;
logical_stream& logical_stream::operator=(logical_stream&&) noexcept = default;
logical_stream::~logical_stream() = default;

asio::awaitable<std::optional<batch>> logical_stream::next() { return reader_->next(*stream_); }

transaction_stream logical_stream::transactions(std::size_t memory_limit) && {
  auto reader = std::make_unique<detail::transaction_reader>(reader_->options(), memory_limit);
  return transaction_stream(std::move(stream_), std::move(reader));
}

transaction_stream::transaction_stream() noexcept = default;
transaction_stream::transaction_stream(std::shared_ptr<detail::replication_stream> stream,
                                       std::unique_ptr<detail::transaction_reader> reader) noexcept
    : stream_base(std::move(stream)), reader_(std::move(reader)) {}
transaction_stream::transaction_stream(transaction_stream&&) noexcept = default;
transaction_stream& transaction_stream::operator=(transaction_stream&&) noexcept = default;
transaction_stream::~transaction_stream() = default;

asio::awaitable<std::optional<transaction>> transaction_stream::next() { return reader_->next(*stream_); }

raw_stream::raw_stream() noexcept = default;
raw_stream::raw_stream(std::shared_ptr<detail::replication_stream> stream, bool is_log) noexcept
    : stream_base(std::move(stream)), is_log_(is_log) {}
raw_stream::raw_stream(raw_stream&&) noexcept = default;
raw_stream& raw_stream::operator=(raw_stream&&) noexcept = default;
raw_stream::~raw_stream() = default;

std::optional<timeline_start> raw_stream::next_timeline() const noexcept { return stream_->next_timeline(); }

asio::awaitable<std::span<const raw_data>> raw_stream::next() {
  pieces_.clear();
  for (;;) {
    protocol::xlog_data piece;
    while (stream_->take(piece)) {
      const lsn start{piece.start};
      stream_->delivered(is_log_ ? start + piece.data.size() : start);
      pieces_.push_back({start, {piece.server_end}, postgres_time(std::chrono::microseconds(piece.clock)), piece.data});
    }
    if (!pieces_.empty()) co_return std::span<const raw_data>(pieces_);
    const detail::replication_stream::news come = co_await stream_->more();
    if (come == detail::replication_stream::news::ended) co_return std::span<const raw_data>();
  }
}

}  // namespace pgcoro::replication
