// Which way rows take into a table, and what has to be known for it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/insert_options.hpp>
#include <pgcoro/row_description.hpp>
#include <pgcoro/statement_mode.hpp>
#include <pgcoro/table.hpp>

namespace pgcoro::detail {

class connection_core;

/// So many rows are sent as one statement of their own. Each number of them is a statement that is prepared by itself.
inline constexpr std::size_t rows_as_values = 16;

/// The rows, as far as the choice depends on them.
struct rows_to_insert {
  std::size_t count = 0;                        ///< or as many as the choice depends on
  std::span<const copy_member* const> members;  ///< of each column
  bool arrays = false;                          ///< vectors of each member can be sent
};

struct insert_plan {
  insert_method method = insert_method::values;
  std::string text;
  std::size_t rows = 1;  ///< in one Bind; of arrays: to begin with

  // Of a COPY.
  std::shared_ptr<const row_description> columns;
  std::vector<copy_column> writers;  ///< one for each column
};

/// What is left of the time for the whole, for one statement after the other.
class insert_clock {
 public:
  using clock = std::chrono::steady_clock;

  /// `timeout` zero: there is none.
  explicit insert_clock(clock::duration timeout) noexcept
      : end_(timeout == clock::duration() ? clock::time_point::max() : clock::now() + timeout) {}
  PGCORO_DECL query_options left() const noexcept;

 private:
  clock::time_point end_;
};

/// Asks the server what has to be known.
PGCORO_DECL boost::asio::awaitable<insert_plan> plan_insert(std::shared_ptr<connection_core> core, const table& target,
                                                            rows_to_insert rows, insert_options options,
                                                            insert_clock clock);

}  // namespace pgcoro::detail
