// Operations that run no statement with parameters: prepare, script, ping, cancel, close.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <utility>
#include <vector>

#include <pgcoro/command_result.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/protocol/completion.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement.hpp>
#include <pgcoro/statement_mode.hpp>

#include "session/statement_cache.hpp"

namespace pgcoro::detail {

class prepare_operation final : public operation {
 public:
  prepare_operation(std::shared_ptr<connection_core> core, std::shared_ptr<prepared_statement> prepared,
                    const query_options& options) noexcept
      : operation(std::move(core), options.timeout), prepared_(std::move(prepared)) {}

 private:
  void submit() override;
  bool complete(request& r) override;

  std::shared_ptr<prepared_statement> prepared_;
};

/// What `prepare` of a connection and of a transaction does. `core` may be none: the operation says so.
boost::asio::awaitable<statement> prepare_statement(std::shared_ptr<connection_core> core, query_text sql,
                                                    query_options options);

class script_operation : public operation, private row_sink {
 public:
  script_operation(std::shared_ptr<connection_core> core, const query_text& sql, const query_options& options) noexcept
      : operation(std::move(core), options.timeout), sql_(sql) {}

  std::vector<command_result> take() noexcept { return std::move(results_); }

 protected:
  void submit() override;
  bool complete(request& r) override;

 private:
  void describe(const std::shared_ptr<const row_layout>&) override {}
  verdict row(std::span<const std::byte>) override { return verdict::ok; }
  void complete(std::string_view tag) override {
    results_.emplace_back(std::string(tag), protocol::affected_rows(tag));
  }
  error_info take_error() override { return {}; }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return nullptr; }

  const query_text& sql_;
  std::vector<command_result> results_;
};

class sync_operation final : public operation {
 public:
  sync_operation(std::shared_ptr<connection_core> core, const query_options& options) noexcept
      : operation(std::move(core), options.timeout) {}

 private:
  void submit() override;
  bool complete(request& r) override;
};

class cancel_operation final : public operation {
 public:
  explicit cancel_operation(std::shared_ptr<connection_core> core) noexcept : operation(std::move(core)) {}

 private:
  void submit() override;
  bool complete(request&) override { return true; }
  bool passes_flow() const override { return true; }
};

class close_operation final : public operation {
 public:
  close_operation(const std::shared_ptr<connection_core>& core, duration timeout) noexcept;

 private:
  void submit() override;
  bool complete(request& r) override;
  void aborted() override;
  bool passes_flow() const override { return true; }
};

}  // namespace pgcoro::detail
