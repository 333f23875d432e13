// A replication stream: changes as they are committed, with a place in them that is never lost.
//
//   auto changes = co_await repl.start_logical("shop_cdc", slot.consistent_point, pgoutput_options("shop"));
//   while (auto batch = co_await changes.next()) {
//     for (const replication::message& m : *batch) std::visit(handler, m);
//     changes.confirm(batch->last_commit_end());          // stored for good up to here
//   }
//
// The server keeps whatever was not confirmed, and sends it again to whoever reads the slot next: what was confirmed
// comes never again, everything else does. It is told by itself: on a timer, when it asks, and soon after a
// confirmation. While nothing is outstanding the slot follows the server, so that it does not hold back the log while
// other databases write.
//
// Memory is constant: a batch lies in the receive buffer, and nothing is read while the consumer is busy with one; the
// server then waits, and is told meanwhile that the consumer lives.
//
// Everything of a stream belongs on its connection's executor. One next() at a time. next() may be cancelled, and
// called again: nothing is lost. It throws: `errc::timeout` where the server has fallen silent,
// `errc::connection_closed` or the server's error where the connection is lost (without `resume`),
// `errc::protocol_error` for messages that are none. What ended the stream is thrown again by each further call.
//
// A stream that is destroyed ends its connection's COPY in the background; stop() does so and waits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/replication/message.hpp>
#include <pgcoro/replication/stream_options.hpp>
#include <pgcoro/replication/transaction.hpp>

namespace pgcoro::detail {
class logical_reader;
class replication_stream;
class transaction_reader;
}  // namespace pgcoro::detail

namespace pgcoro::replication {

class connection;

/// Messages that came together. Valid until the next call of next(), as is what they refer to.
class batch {
 public:
  batch(std::span<const message> messages, lsn last_commit_end) noexcept
      : messages_(messages), last_commit_end_(last_commit_end) {}

  [[nodiscard]] auto begin() const noexcept { return messages_.begin(); }
  [[nodiscard]] auto end() const noexcept { return messages_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return messages_.size(); }
  [[nodiscard]] const message& operator[](std::size_t index) const noexcept { return messages_[index]; }

  /// What may be confirmed when all of the batch is stored: the end of the last transaction that ends in it, or of the
  /// last message that stands alone. No position where it has none.
  [[nodiscard]] lsn last_commit_end() const noexcept { return last_commit_end_; }

 private:
  std::span<const message> messages_;
  lsn last_commit_end_;
};

/// How far a stream has come. See src/replication/progress.hpp.
struct stream_position {
  lsn written;     ///< received
  lsn flushed;     ///< confirmed
  lsn applied;     ///< as apply() said, else as flushed
  lsn server_end;  ///< the end of the server's log, as it last said
};

/// What every kind of stream can do.
class PGCORO_DECL stream_base {
 public:
  /// Everything up to there is stored for good: the slot may forget it. Positions never go back; what was not received
  /// is not confirmed. No position at all: nothing happens.
  void confirm(lsn end);
  /// Everything up to there has taken effect, where that is something else (`synchronous_commit = remote_apply`).
  void apply(lsn end);
  /// Tells the server now.
  void report();
  [[nodiscard]] stream_position position() const noexcept;

  /// Ends the stream in order: what was confirmed is reported, and the connection is free for other commands.
  /// `errc::timeout` where the server takes longer than it may be silent. Nothing happens where the stream has ended,
  /// or has no connection. Another stream is started on a new connection, made unseen, since a server begins no second
  /// one; a temporary slot is gone by then.
  [[nodiscard]] boost::asio::awaitable<void> stop();

 protected:
  stream_base() noexcept;
  explicit stream_base(std::shared_ptr<detail::replication_stream> stream) noexcept;
  stream_base(stream_base&&) noexcept;
  stream_base& operator=(stream_base&&) noexcept;
  ~stream_base();

  std::shared_ptr<detail::replication_stream> stream_;
};

/// Whole transactions, in the order of their commits.
class PGCORO_DECL transaction_stream : public stream_base {
 public:
  transaction_stream() noexcept;
  transaction_stream(transaction_stream&&) noexcept;
  transaction_stream& operator=(transaction_stream&&) noexcept;
  ~transaction_stream();

  /// The next one; nothing where the server has ended the stream. `errc::message_too_large` where the transactions that
  /// are open take more memory than they may.
  [[nodiscard]] boost::asio::awaitable<std::optional<transaction>> next();

 private:
  friend class logical_stream;
  transaction_stream(std::shared_ptr<detail::replication_stream> stream,
                     std::unique_ptr<detail::transaction_reader> reader) noexcept;
  std::unique_ptr<detail::transaction_reader> reader_;
};

/// The messages of pgoutput as they come.
class PGCORO_DECL logical_stream : public stream_base {
 public:
  logical_stream() noexcept;
  logical_stream(logical_stream&&) noexcept;
  logical_stream& operator=(logical_stream&&) noexcept;
  ~logical_stream();

  /// The next batch, which is not empty; nothing where the server has ended the stream.
  [[nodiscard]] boost::asio::awaitable<std::optional<batch>> next();

  /// Whole transactions instead, from here on; before the first next(). `memory_limit`: what those that are open may
  /// take together, in bytes.
  [[nodiscard]] transaction_stream transactions(std::size_t memory_limit = std::size_t{256} << 20) &&;

 private:
  friend class connection;
  logical_stream(std::shared_ptr<detail::replication_stream> stream,
                 std::unique_ptr<detail::logical_reader> reader) noexcept;
  std::unique_ptr<detail::logical_reader> reader_;
};

/// A piece of the log, or of what an output plugin makes of it.
struct raw_data {
  lsn start;
  lsn server_end;
  postgres_time clock;  ///< when it was sent
  std::span<const std::byte> data;
};

/// Where the log goes on behind the end of a timeline.
struct timeline_start {
  std::uint32_t timeline = 0;
  lsn position;
};

/// The log itself, or what another output plugin than pgoutput sends. Of the log what is to be confirmed is the
/// position behind the last byte, of a plugin what its messages say.
class PGCORO_DECL raw_stream : public stream_base {
 public:
  raw_stream() noexcept;
  raw_stream(raw_stream&&) noexcept;
  raw_stream& operator=(raw_stream&&) noexcept;
  ~raw_stream();

  /// The next pieces, at least one; none where the server has ended the stream, as it does at the end of a timeline. A
  /// stream that was resumed goes on from what was confirmed: pieces that were received and not confirmed come again,
  /// as their positions say.
  [[nodiscard]] boost::asio::awaitable<std::span<const raw_data>> next();

  /// Of a physical stream that the server has ended at the end of its timeline: what to start next.
  [[nodiscard]] std::optional<timeline_start> next_timeline() const noexcept;

 private:
  friend class connection;
  raw_stream(std::shared_ptr<detail::replication_stream> stream, bool is_log) noexcept;
  std::vector<raw_data> pieces_;
  bool is_log_ = false;
};

}  // namespace pgcoro::replication
