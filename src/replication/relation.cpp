#include <utility>

#include <pgcoro/detail/tuple_decoder.hpp>
#include <pgcoro/replication/relation.hpp>

namespace pgcoro::replication {

relation::relation(relation_parts parts)
    : id_(parts.id),
      schema_(std::move(parts.schema)),
      name_(std::move(parts.name)),
      identity_(parts.identity),
      key_(std::move(parts.key)) {
  for (const bool key_only : {false, true}) {
    std::vector<column> columns;
    for (std::size_t i = 0; i < parts.columns.size(); ++i)
      if (!key_only || key_[i]) columns.push_back(parts.columns[i]);
    for (const protocol::format format : {protocol::format::text, protocol::format::binary}) {
      for (column& c : columns) c.format = format;
      descriptions_[(key_only ? 2U : 0U) + static_cast<std::size_t>(format)] = {columns, parts.registry};
    }
  }
}

relation::~relation() { detail::tuple_layout::destroy_all(layouts_.load(std::memory_order_acquire)); }

}  // namespace pgcoro::replication
