// Rows of a program into a table.
//
//   std::vector<user> users = …;                                        // a described struct: columns by name
//   co_await db.insert_rows(pgcoro::table("users"), users);
//   std::vector<std::tuple<std::string, int>> pairs = …;                // by position
//   co_await db.insert_rows(pgcoro::table("users", "name", "age"), pairs);
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/insert_feed.hpp>
#include <pgcoro/detail/insert_plan.hpp>
#include <pgcoro/detail/insert_source.hpp>
#include <pgcoro/detail/insert_text.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/insert_options.hpp>
#include <pgcoro/queryable.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro::detail {

template <class Row>
constexpr std::span<const std::string_view> row_names() noexcept {
  if constexpr (row_shape<Row>::by_name)
    return row_shape<Row>::names;
  else
    return {};
}

template <class... M>
std::vector<const copy_member*> copy_members(std::span<const std::size_t> chosen, type_list<M...>) {
  const std::array<const copy_member*, sizeof...(M)> all{&copy_member_of<M>...};
  std::vector<const copy_member*> members;
  for (const std::size_t member : chosen) members.push_back(all[member]);
  return members;
}

/// How many there are, as far as that matters.
template <class Range>
std::size_t count_up_to(std::size_t most, Range& range) {
  const auto begin = range.begin();
  const auto end = range.end();
  if constexpr (std::sized_sentinel_for<decltype(end), decltype(begin)>) {
    return std::min(most, static_cast<std::size_t>(end - begin));
  } else {
    std::size_t count = 0;
    for (auto at = begin; at != end && count < most; ++at) ++count;
    return count;
  }
}

PGCORO_DECL boost::asio::awaitable<insert_result> run_insert_source(std::shared_ptr<connection_core> core,
                                                                    const insert_plan& plan, parameter_source& source,
                                                                    query_options options);
PGCORO_DECL boost::asio::awaitable<insert_result> run_insert_feed(std::shared_ptr<connection_core> core,
                                                                  const insert_plan& plan, copy_row_source& feed,
                                                                  query_options options);

template <class Range>
boost::asio::awaitable<insert_result> run_insert(std::shared_ptr<connection_core> core, table into, Range range,
                                                 insert_options options) {
  using row = row_of<Range>;
  using shape = row_shape<row>;
  using members = typename shape::members;
  static_assert(std::forward_iterator<decltype(range.begin())>,
                "pgcoro: insert_rows goes over the rows twice: pass a range that can be, such as a vector of them");
  const insert_clock clock(options.timeout);
  const table target = insert_target(into, row_names<row>(), members::size);
  const std::vector<std::size_t> chosen = insert_members(target, row_names<row>());
  const std::vector<const copy_member*> copied = copy_members(chosen, members());
  const rows_to_insert rows{.count = count_up_to(std::max(rows_as_values + 1, options.copy_from), range),
                            .members = copied,
                            .arrays = member_vectors<members>::encodable};
  if (rows.count == 0) co_return insert_result();
  const insert_plan plan = co_await plan_insert(core, target, rows, options, clock);
  if (plan.method == insert_method::copy) {
    insert_feed<Range> feed(range, plan, chosen);
    co_return co_await run_insert_feed(std::move(core), plan, feed, clock.left());
  }
  insert_source<Range> source(range, {chosen, plan.rows, plan.method == insert_method::unnest});
  co_return co_await run_insert_source(std::move(core), plan, source, clock.left());
}

}  // namespace pgcoro::detail
