#include "session/statement_cache.hpp"

#include <algorithm>

namespace pgcoro::detail {
namespace {

/// Nearly always all columns have one format, which Bind says once.
void compact(execution_plan& plan) {
  if (plan.formats.empty()) return;
  plan.common_format = plan.formats.front();
  const bool same =
      std::all_of(plan.formats.begin(), plan.formats.end(), [&](auto f) { return f == plan.common_format; });
  if (same) plan.formats.clear();
}

bool same_column(const column& a, const column& b) {
  return a.name == b.name && a.table == b.table && a.attribute == b.attribute && a.type == b.type &&
         a.type_size == b.type_size && a.modifier == b.modifier;
}

/// Whether plans that were made for one description serve another.
bool same_columns(const row_description* a, const row_description* b) {
  if (!a || !b) return a == b;
  return std::equal(a->columns.begin(), a->columns.end(), b->columns.begin(), b->columns.end(), same_column);
}

}  // namespace

[[gnu::hot]] const execution_plan& prepared_statement::plan_for(const row_sink& sink) {
  const void* const kind = sink.kind();
  for (const auto& plan : plans_)
    if (plan->sink_kind == kind) return *plan;

  auto plan = std::make_unique<execution_plan>();
  plan->sink_kind = kind;
  if (columns) {
    auto description = std::make_shared<row_description>(*columns);
    description->registry = types;
    plan->formats.assign(description->columns.size(), protocol::format::text);
    sink.choose_formats(*description, plan->formats);
    for (std::size_t i = 0; i < plan->formats.size(); ++i) description->columns[i].format = plan->formats[i];
    plan->layout = lay_out(sink, std::move(description));
    compact(*plan);
  }
  return *plans_.emplace_back(std::move(plan));
}

void prepared_statement::described(std::shared_ptr<const row_description> now) {
  if (!same_columns(columns.get(), now.get())) {
    stale_ = std::move(plans_);  // those of earlier descriptions have no request left
    plans_.clear();
  }
  columns = std::move(now);
  bind = protocol::bind_head({}, name, parameter_types.size());
  ready = true;
  ++generation;
}

[[gnu::hot]] const std::shared_ptr<prepared_statement>& statement_cache::find_or_insert(std::string_view sql) {
  if (!entries_.empty() && entries_.front()->sql == sql) return entries_.front();
  if (auto found = by_text_.find(sql); found != by_text_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  entries_.push_front(std::make_shared<prepared_statement>(sql));
  by_text_.emplace(entries_.front()->sql, entries_.begin());
  return entries_.front();
}

std::shared_ptr<prepared_statement> statement_cache::evict() {
  if (entries_.size() <= capacity_) return nullptr;
  std::shared_ptr<prepared_statement> oldest = std::move(entries_.back());
  by_text_.erase(oldest->sql);
  entries_.pop_back();
  return oldest;
}

void statement_cache::forget_prepared() noexcept {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto current = entry++;
    if (!(*current)->ready) continue;
    by_text_.erase((*current)->sql);
    entries_.erase(current);
  }
}

}  // namespace pgcoro::detail
