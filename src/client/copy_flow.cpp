#include <pgcoro/detail/copy_flow.hpp>
#include <pgcoro/detail/statement_operation.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"
#include "session/statement_error.hpp"

namespace pgcoro::detail {
namespace {

constexpr char kinds_of_describing[2] = {};

/// Keeps what is told of the columns.
class describing_sink final : public row_sink {
 public:
  explicit describing_sink(protocol::format format) noexcept : format_(format) {}

  void describe(const std::shared_ptr<const row_layout>& layout) override { columns = layout->description; }
  verdict row(std::span<const std::byte>) override { return verdict::ok; }
  void complete(std::string_view) override {}
  error_info take_error() override { return {}; }
  void choose_formats(const row_description&, std::span<protocol::format> out) const noexcept override {
    for (protocol::format& f : out) f = format_;
  }
  const void* kind() const noexcept override { return &kinds_of_describing[static_cast<std::size_t>(format_)]; }

  std::shared_ptr<const row_description> columns;

 private:
  protocol::format format_;
};

boost::asio::awaitable<flow_handle<raw_copy>> begin(std::shared_ptr<connection_core> core, std::string sql,
                                                    copy_direction direction, query_options options,
                                                    server_need need = {}) {
  flow_handle<raw_copy> copy(std::make_shared<raw_copy>(std::move(core), std::move(sql), direction, options, need));
  co_await copy->wait(flow::until::open);
  co_return copy;
}

}  // namespace

boost::asio::awaitable<std::shared_ptr<const row_description>> describe_columns(std::shared_ptr<connection_core> core,
                                                                                const std::string& sql,
                                                                                query_options options,
                                                                                protocol::format format) {
  const query_text text(sql);
  const arguments none;
  describing_sink sink(format);
  // The columns have to be known, types by name too, before their formats are.
  if (options.mode.value_or(core->settings().statement_mode) != statement_mode::cached)
    options.mode = statement_mode::describe_each;
  statement_operation op(std::move(core), text, none, options, sink);
  co_await op.done();
  op.throw_if_failed();
  if (!sink.columns) throw_error(statement_error(errc::copy_not_allowed, "the statement has no columns", sql));
  co_return sink.columns;
}

boost::asio::awaitable<flow_handle<raw_copy>> begin_copy_in(std::shared_ptr<connection_core> core, std::string sql,
                                                            query_options options, server_need need) {
  return begin(std::move(core), std::move(sql), copy_direction::in, options, need);
}

boost::asio::awaitable<flow_handle<raw_copy>> begin_copy_out(std::shared_ptr<connection_core> core, std::string sql,
                                                             query_options options) {
  return begin(std::move(core), std::move(sql), copy_direction::out, options);
}

copy_out_flow::copy_out_flow(std::shared_ptr<connection_core> core, std::string sql,
                             std::shared_ptr<const row_description> columns, protocol::format format,
                             const stream_options& options, row_sink& sink)
    : flow(std::move(core), options.timeout),
      sql_(std::move(sql)),
      columns_(std::move(columns)),
      sink_(sink),
      format_(format) {}

/// What the sink makes of the columns is known before anything is sent.
request* copy_out_flow::open(error_info& why) {
  layout_ = lay_out(sink_, columns_);
  why = layout_->refused;
  if (!why) why = unmet(core(), need_);
  if (why) return nullptr;
  sink_.describe(layout_);
  return submit_copy(core(), *this, sql_, *this, tag_);
}

bool copy_out_flow::begin(copy_direction direction, protocol::format overall, std::size_t columns) {
  if (direction != copy_direction::out || overall != format_ || begun_) return false;
  if (columns != columns_->columns.size()) return false;
  return begun_ = true;
}

error_info copy_out_flow::completed(request& r) { return outcome_of_copy(r, begun_, copy_direction::out, sql_); }

}  // namespace pgcoro::detail
