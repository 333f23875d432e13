#include <pgcoro/replication/subscriber.hpp>

namespace pgcoro::replication {

subscriber::subscriber() noexcept = default;
subscriber::subscriber(subscriber&&) noexcept = default;
subscriber& subscriber::operator=(subscriber&&) noexcept = default;
subscriber::~subscriber() = default;

void subscriber::after_each(transaction_handler handler) { after_each_ = std::move(handler); }

detail::change_handlers* subscriber::find(std::string_view schema, std::string_view name) const noexcept {
  for (const auto& handlers : tables_)
    if (handlers->table == name && handlers->schema == schema) return handlers.get();
  return nullptr;
}

detail::change_handlers& subscriber::handlers_of(std::string_view schema, std::string_view name) {
  if (detail::change_handlers* const set_before = find(schema, name)) return *set_before;
  described_.clear();
  detail::change_handlers made{.schema = std::string(schema), .table = std::string(name)};
  return *tables_.emplace_back(std::make_unique<detail::change_handlers>(std::move(made)));
}

/// Null where there are none. Names are compared once for each description of a table.
const detail::change_handlers* subscriber::of(const relation& table) {
  described_table& known = described_[table.id()];
  if (known.as.get() != &table) known = {table.shared_from_this(), find(table.schema(), table.name())};
  return known.handlers;
}

void subscriber::deliver(const message& change) {
  const auto call = [this](const relation& table, auto handler, const auto& m) {
    const detail::change_handlers* const found = of(table);
    if (found != nullptr && found->*handler) (found->*handler)(m);
  };
  using detail::change_handlers;
  if (const auto* const i = std::get_if<insert>(&change)) return call(*i->relation, &change_handlers::inserted, *i);
  if (const auto* const u = std::get_if<update>(&change)) return call(*u->relation, &change_handlers::updated, *u);
  if (const auto* const d = std::get_if<delete_>(&change)) return call(*d->relation, &change_handlers::deleted, *d);
  if (const auto* const t = std::get_if<truncate>(&change))
    for (const relation* const table : t->relations) call(*table, &change_handlers::truncated, *t);
}

void subscriber::deliver(const batch& changes) {
  for (const message& m : changes) deliver(m);
}

void subscriber::deliver(const transaction& changes) {
  for (const message& m : changes.changes()) deliver(m);
}

boost::asio::awaitable<void> subscriber::run(transaction_stream& changes) {
  while (const std::optional<transaction> next = co_await changes.next()) {
    deliver(*next);
    if (after_each_) co_await after_each_(*next);
    changes.confirm(next->end_lsn);
  }
}

}  // namespace pgcoro::replication
