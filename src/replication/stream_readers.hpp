// What is made of the pieces of a stream of pgoutput: batches of messages, or whole transactions.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include <pgcoro/replication/pgoutput_decoder.hpp>
#include <pgcoro/replication/stream.hpp>

#include "replication/replication_stream.hpp"
#include "replication/transaction_assembler.hpp"

namespace pgcoro::detail {

class logical_reader {
 public:
  explicit logical_reader(replication::decoder_options options) : decoder_(options), options_(std::move(options)) {}

  boost::asio::awaitable<std::optional<replication::batch>> next(replication_stream& from);

  const replication::decoder_options& options() const noexcept { return options_; }

 private:
  void fill(replication_stream& from);
  void take_note(replication_stream& from);
  void begin_anew(replication_stream& from);

  replication::pgoutput_decoder decoder_;
  replication::decoder_options options_;
  std::vector<replication::message> messages_;
  lsn last_end_;
  bool skipping_ = false;  // a transaction that is confirmed already
};

class transaction_reader {
 public:
  transaction_reader(replication::decoder_options options, std::size_t memory_limit)
      : assembler_(std::move(options), memory_limit) {}

  boost::asio::awaitable<std::optional<replication::transaction>> next(replication_stream& from);

 private:
  bool assemble(replication_stream& from);

  transaction_assembler assembler_;
};

}  // namespace pgcoro::detail
