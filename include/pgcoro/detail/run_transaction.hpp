// db.transaction(callable): the callable in a transaction, again where the server asks for it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/transaction_options.hpp>

namespace pgcoro {
class transaction;
}

namespace pgcoro::detail {

class connection_core;

PGCORO_DECL boost::asio::awaitable<transaction> begin_transaction(std::shared_ptr<connection_core> core,
                                                                  transaction_options options);

/// What the loop calls for each attempt.
class transaction_body {
 public:
  virtual boost::asio::awaitable<void> run(transaction& tx) = 0;

 protected:
  ~transaction_body() = default;
};

/// Begins, runs the body, commits; rolls back where it throws, and begins again on 40001 and 40P01.
PGCORO_DECL boost::asio::awaitable<void> run_retried(std::shared_ptr<connection_core> core, transaction_body& body,
                                                     transaction_options options);

/// What the awaitable yields that a transaction's callable returns.
template <class F>
using transaction_value = typename std::invoke_result_t<std::remove_reference_t<F>&, transaction&>::value_type;

template <class F>
class body_of final : public transaction_body {
  using value_type = transaction_value<F>;

 public:
  explicit body_of(F& callable) noexcept : callable_(callable) {}

  boost::asio::awaitable<void> run(transaction& tx) override {
    if constexpr (std::is_void_v<value_type>) {
      co_await std::invoke(callable_, tx);
    } else {
      value_type value = co_await std::invoke(callable_, tx);
      value_.reset();
      value_.emplace(std::move(value));
    }
  }
  value_type take() {
    if constexpr (!std::is_void_v<value_type>) return *std::move(value_);
  }

 private:
  F& callable_;
  std::optional<std::conditional_t<std::is_void_v<value_type>, bool, value_type>> value_;
};

/// g++ 12 destroys a closure twice that is a temporary of an expression with co_await, unless that does nothing.
template <class F>
constexpr bool require_safe_callable() {
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
  static_assert(std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<std::remove_cvref_t<F>>,
                "pgcoro: g++ 12 destroys the captures of this closure twice, since it is a temporary inside co_await; "
                "give it a name first, or capture by reference");
#endif
  return true;
}

/// F: a reference to a callable that outlives the operation, or the type of one that is kept.
template <class F>
boost::asio::awaitable<transaction_value<F>> run_transaction(std::shared_ptr<connection_core> core, F callable,
                                                             transaction_options options) {
  static_assert(require_safe_callable<F>());
  body_of<std::remove_reference_t<F>> body(callable);
  co_await run_retried(std::move(core), body, options);
  co_return body.take();
}

}  // namespace pgcoro::detail
