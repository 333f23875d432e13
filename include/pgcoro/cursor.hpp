// A result that stays on the server and is fetched a number of rows at a time, inside a transaction; other statements
// may run in between.
//
//   auto tx = co_await db.begin();
//   auto due = co_await tx.open_cursor<invoice>({.rows = 500}, "SELECT * FROM invoices WHERE due < $1", today);
//   while (auto batch = co_await due.next())
//     for (invoice& i : *batch) co_await tx.execute("UPDATE …", i.id);
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/batch_sinks.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/row_flow.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/stream_options.hpp>

namespace pgcoro {

template <class T>
class cursor;

namespace detail {

template <class T>
boost::asio::awaitable<cursor<T>> open_cursor(std::shared_ptr<connection_core> core, query_text text,
                                              arguments parameters, stream_options options);

/// A portal of the server (protocol documentation, "Extended Query": named portals live until the transaction ends),
/// bound by the first fetch and closed by the destructor, in front of the connection's next request.
class PGCORO_DECL portal {
 public:
  portal(std::shared_ptr<connection_core> core, query_text text, arguments parameters, const stream_options& options);
  portal(const portal&) = delete;
  portal& operator=(const portal&) = delete;
  ~portal();

 private:
  friend class portal_fetch;

  std::shared_ptr<connection_core> core_;
  query_text text_;
  arguments parameters_;
  std::string name_;
  std::shared_ptr<const row_layout> layout_;
  stream_options options_;
  bool bound_ = false;
  bool at_end_ = false;
};

/// One fetch of it into `sink`. Both must outlive it.
class PGCORO_DECL portal_fetch final : public operation {
 public:
  portal_fetch(portal& from, row_sink& sink) noexcept
      : operation(from.core_, from.options_.timeout), from_(from), sink_(sink) {}

 private:
  void submit() override;
  bool complete(request& r) override;
  void aborted() override;

  portal& from_;
  row_sink& sink_;
};

}  // namespace detail

/// Its rows as T: any type that `fetch` takes, or `row_view` for rows as they are. Moved, not copied; it may be
/// destroyed anywhere.
template <class T>
class cursor {
 public:
  /// A std::span<T>, or a row_batch for row_view.
  using batch_type = typename detail::batch_sink<T>::batch_type;

  cursor() noexcept = default;
  cursor(std::shared_ptr<detail::connection_core> core, query_text text, detail::arguments parameters,
         const stream_options& options)
      : state_(std::make_unique<state>(std::move(core), std::move(text), std::move(parameters), options)) {}

  /// The next rows, as many as the options say; none at the end. The batch is used again: it is valid until the next
  /// call. Runs in the order of the transaction's other statements. A call that was cancelled or overdue ends the
  /// cursor, since which rows the server has passed is not known.
  [[nodiscard]] boost::asio::awaitable<std::optional<batch_type>> next() {
    if (!state_->first) co_await fetch();
    state_->first = false;
    if (state_->sink.size() == 0) co_return std::nullopt;
    co_return std::optional<batch_type>(state_->sink.batch());
  }

 private:
  template <class U>
  friend boost::asio::awaitable<cursor<U>> detail::open_cursor(std::shared_ptr<detail::connection_core>, query_text,
                                                               detail::arguments, stream_options);

  struct state {
    state(std::shared_ptr<detail::connection_core> core, query_text text, detail::arguments parameters,
          const stream_options& options)
        : portal(std::move(core), std::move(text), std::move(parameters), options) {}

    detail::portal portal;
    detail::batch_sink<T> sink{detail::batch_limits()};  // the server keeps to the number of rows
    bool first = false;                                  ///< the first batch has come and was not asked for
  };

  boost::asio::awaitable<void> fetch() {
    state_->sink.clear();
    detail::portal_fetch op(state_->portal, state_->sink);
    co_await op.done();
    op.throw_if_failed();
  }

  std::unique_ptr<state> state_;
};

namespace detail {

template <class T>
boost::asio::awaitable<cursor<T>> open_cursor(std::shared_ptr<connection_core> core, query_text text,
                                              arguments parameters, stream_options options) {
  cursor<T> opened(std::move(core), std::move(text), std::move(parameters), options);
  co_await opened.fetch();
  opened.state_->first = true;
  co_return std::move(opened);
}

}  // namespace detail
}  // namespace pgcoro
