#include <pgcoro/statement.hpp>

#include "client/connection_core.hpp"

namespace pgcoro {

statement::statement(std::shared_ptr<detail::connection_core> core,
                     std::shared_ptr<detail::prepared_statement> prepared) noexcept
    : core_(std::move(core)), prepared_(std::move(prepared)) {}

statement& statement::operator=(statement&& other) noexcept {
  if (core_ && prepared_) core_->forget(std::move(prepared_));
  core_ = std::move(other.core_);
  prepared_ = std::move(other.prepared_);
  return *this;
}

statement::~statement() {
  if (core_ && prepared_) core_->forget(std::move(prepared_));
}

std::string_view statement::sql() const noexcept { return prepared_->sql; }

std::span<const oid> statement::parameter_types() const noexcept { return prepared_->parameter_types; }

const row_description& statement::columns() const noexcept {
  static const row_description none;
  return prepared_->columns ? *prepared_->columns : none;
}

}  // namespace pgcoro
