// The changes of tables as calls of functions that take structs.
//
//   struct order { std::int64_t id; std::string customer; };        // BOOST_DESCRIBE_STRUCT: columns by name
//   struct order_key { std::int64_t id; };
//
//   replication::subscriber shop;
//   shop.table<order, order_key>("public", "orders")
//       .inserted([&](const order& o) { … })
//       .updated([&](const order& now, const order_key* before) { … })   // before: where the key has changed
//       .deleted([&](const order_key& k) { … })
//       .truncated([&] { … });
//   shop.table<customer>("public", "customers").inserted([&](const customer& c) { … });
//
//   co_await shop.run(whole_transactions);                          // or shop.deliver(batch) in a loop of one's own
//
// Rows are read as tuple_view::as() reads them: which column is which member is looked up once for each relation, a
// `maybe_unchanged<T>` member takes a value that was not sent, what does not fit is an error that names the column.
// Changes that have no handler are passed over and not decoded.
//
// Handlers are called in the order of the changes, on the executor of the stream. What they throw comes out of
// deliver() and run(); whatever was not confirmed comes again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/replication/stream.hpp>

namespace pgcoro::detail {

/// The handlers of one table, whatever they make of its rows.
struct change_handlers {
  std::string schema;
  std::string table;
  std::function<void(const replication::insert&)> inserted{};
  std::function<void(const replication::update&)> updated{};
  std::function<void(const replication::delete_&)> deleted{};
  std::function<void(const replication::truncate&)> truncated{};
};

}  // namespace pgcoro::detail

namespace pgcoro::replication {

/// Sets the handlers of one table of a subscriber, which must outlive it. A row is the handler's own: it may move from
/// it. `Key` is what an old row becomes: the columns of the replica identity, or all of them where that is full.
template <class Row, class Key>
class table_handlers {
 public:
  explicit table_handlers(detail::change_handlers& of) noexcept : of_(&of) {}

  template <std::invocable<Row&> Handler>
  table_handlers& inserted(Handler handler) {
    of_->inserted = [handler = std::move(handler)](const insert& m) mutable {
      Row row = m.row.template as<Row>();
      handler(row);
    };
    return *this;
  }

  /// Takes the new row, and if it likes a pointer to the old one: null where the server sent none, since the key is
  /// what it was.
  template <class Handler>
    requires std::invocable<Handler&, Row&> || std::invocable<Handler&, Row&, const Key*>
  table_handlers& updated(Handler handler) {
    of_->updated = [handler = std::move(handler)](const update& m) mutable {
      Row now = m.row.template as<Row>();
      if constexpr (std::invocable<Handler&, Row&, const Key*>) {
        std::optional<Key> before;
        if (m.old) before.emplace(m.old.template as<Key>());
        handler(now, before ? &*before : nullptr);
      } else {
        handler(now);
      }
    };
    return *this;
  }

  template <std::invocable<Key&> Handler>
  table_handlers& deleted(Handler handler) {
    of_->deleted = [handler = std::move(handler)](const delete_& m) mutable {
      Key old = m.old.template as<Key>();
      handler(old);
    };
    return *this;
  }

  template <std::invocable<> Handler>
  table_handlers& truncated(Handler handler) {
    of_->truncated = [handler = std::move(handler)](const truncate&) mutable { handler(); };
    return *this;
  }

 private:
  detail::change_handlers* of_;
};

class PGCORO_DECL subscriber {
 public:
  subscriber() noexcept;
  subscriber(subscriber&&) noexcept;
  subscriber& operator=(subscriber&&) noexcept;
  ~subscriber();

  /// The handlers of a table, which has none yet or those that were set before.
  template <class Row, class Key = Row>
  table_handlers<Row, Key> table(std::string_view schema, std::string_view name) {
    return table_handlers<Row, Key>(handlers_of(schema, name));
  }

  /// What is done once the changes of a transaction have been delivered, and before it is confirmed: store them, say.
  /// Lone messages and `resumed` come here, too; see transaction::what. With `two_phase` the changes are delivered when
  /// the transaction is prepared.
  using transaction_handler = std::function<boost::asio::awaitable<void>(const transaction&)>;
  void after_each(transaction_handler handler);

  /// Calls the handler of the change, if there is one. Of a stream with `streaming` what is delivered so may be rolled
  /// back later: use whole transactions there.
  void deliver(const message& change);
  void deliver(const batch& changes);
  void deliver(const transaction& changes);

  /// Delivers and confirms transactions until the server ends the stream. Cancelled within after_each() or next(), or
  /// ended by what a handler throws, it may be called again: the transaction that was not confirmed is not delivered
  /// again by the same stream.
  [[nodiscard]] boost::asio::awaitable<void> run(transaction_stream& changes);

 private:
  detail::change_handlers& handlers_of(std::string_view schema, std::string_view name);
  detail::change_handlers* find(std::string_view schema, std::string_view name) const noexcept;
  const detail::change_handlers* of(const relation& table);

  /// Whose handlers those of a table are: by its name, as that description has it.
  struct described_table {
    std::shared_ptr<const relation> as;  // kept, so that no other can be taken for it
    const detail::change_handlers* handlers = nullptr;
  };

  std::vector<std::unique_ptr<detail::change_handlers>> tables_;  // where they are they stay
  std::unordered_map<oid, described_table> described_;            // as far as changes have come
  transaction_handler after_each_;
};

}  // namespace pgcoro::replication
