// What COPY of typed rows is made of, as far as it does not depend on their type.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <pgcoro/config.hpp>
#include <pgcoro/copy_target.hpp>
#include <pgcoro/detail/batch_sinks.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/detail/copy_peer.hpp>
#include <pgcoro/detail/flow.hpp>
#include <pgcoro/detail/raw_copy.hpp>
#include <pgcoro/detail/row_flow.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/statement_mode.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro::detail {

/// Asks the server for the columns of a statement that gives no row, to be had in the given format. Cached and healed
/// as every statement is, so that it is right also after the table has changed; one round trip.
PGCORO_DECL boost::asio::awaitable<std::shared_ptr<const row_description>> describe_columns(
    std::shared_ptr<connection_core> core, const std::string& sql, query_options options, protocol::format format);

/// A COPY into the server that has begun.
PGCORO_DECL boost::asio::awaitable<flow_handle<raw_copy>> begin_copy_in(std::shared_ptr<connection_core> core,
                                                                        std::string sql, query_options options,
                                                                        server_need need = {});
/// A COPY out of it.
PGCORO_DECL boost::asio::awaitable<flow_handle<raw_copy>> begin_copy_out(std::shared_ptr<connection_core> core,
                                                                         std::string sql, query_options options);

/// Rows of a COPY TO STDOUT, into a sink of which the derived class has the type.
class PGCORO_DECL copy_out_flow : public flow, protected copy_peer {
 protected:
  /// `columns`: in the format of the COPY.
  copy_out_flow(std::shared_ptr<connection_core> core, std::string sql, std::shared_ptr<const row_description> columns,
                protocol::format format, const stream_options& options, row_sink& sink);

 public:
  /// An older server is not asked.
  void set_need(const server_need& need) noexcept { need_ = need; }

 private:
  request* open(error_info& why) final;
  bool is_open() const final { return begun_; }
  error_info completed(request& r) final;
  bool begin(copy_direction direction, protocol::format overall, std::size_t columns) final;

  std::string sql_;
  server_need need_;
  std::shared_ptr<const row_description> columns_;
  std::shared_ptr<const row_layout> layout_;
  row_sink& sink_;
  execute_sink tag_;
  protocol::format format_;
  bool begun_ = false;
};

/// Rows as T, in whatever format they come.
template <class T>
class copied_rows : public copy_out_flow {
 public:
  batch_sink<T>& sink() noexcept { return sink_; }

 protected:
  copied_rows(std::shared_ptr<connection_core> core, std::string sql, std::shared_ptr<const row_description> columns,
              protocol::format format, const stream_options& options)
      : copy_out_flow(std::move(core), std::move(sql), std::move(columns), format, options, sink_),
        sink_(limits_of(options)) {}

 private:
  bool has_data() const final { return sink_.size() > 0; }
  void next_batch() final { sink_.clear(); }

  batch_sink<T> sink_;
};

/// `Reader`: finds the rows in the bytes; made of the sink and `how`.
template <class T, class Reader>
class copied_rows_by final : public copied_rows<T> {
 public:
  template <class How>
  copied_rows_by(std::shared_ptr<connection_core> core, std::string sql, std::shared_ptr<const row_description> columns,
                 protocol::format format, const stream_options& options, How how)
      : copied_rows<T>(std::move(core), std::move(sql), std::move(columns), format, options),
        reader_(this->sink(), std::move(how)) {}

 private:
  using verdict = copy_peer::verdict;

  verdict data(protocol::bytes_view bytes) override { return reader_.feed(bytes); }
  verdict done() override { return reader_.finish(); }
  error_info take_error() override { return reader_.take_error(); }

  Reader reader_;
};

}  // namespace pgcoro::detail
