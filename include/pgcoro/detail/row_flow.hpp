// The flow behind a row stream.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/batch_sinks.hpp>
#include <pgcoro/detail/flow.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro::detail {

/// A text that owns its characters, save those of a handle, which the request keeps.
PGCORO_DECL query_text kept_text(query_text text);

/// As many rows as an option says, at least one, and no more than a mebibyte of them and one row.
inline batch_limits limits_of(const stream_options& options) noexcept {
  return {options.rows > 0 ? static_cast<std::size_t>(options.rows) : 1, std::size_t{1} << 20};
}

class PGCORO_DECL row_flow : public flow {
 protected:
  row_flow(std::shared_ptr<connection_core> core, query_text text, arguments parameters, const stream_options& options,
           row_sink& sink)
      : flow(std::move(core), options.timeout),
        text_(kept_text(std::move(text))),
        parameters_(std::move(parameters)),
        sink_(sink),
        mode_(options.mode) {}

 private:
  request* open(error_info& why) final;
  bool is_open() const final { return has_data(); }

  query_text text_;
  arguments parameters_;
  row_sink& sink_;
  std::optional<statement_mode> mode_;
};

template <class T>
class rows_of final : public row_flow {
 public:
  // The base keeps a reference to the sink, and uses it once the request is opened.
  rows_of(std::shared_ptr<connection_core> core, query_text text, arguments parameters, const stream_options& options)
      : row_flow(std::move(core), std::move(text), std::move(parameters), options, sink_), sink_(limits_of(options)) {}

  batch_sink<T>& sink() noexcept { return sink_; }

 private:
  bool has_data() const override { return sink_.size() > 0; }
  void next_batch() override { sink_.clear(); }

  batch_sink<T> sink_;
};

}  // namespace pgcoro::detail
