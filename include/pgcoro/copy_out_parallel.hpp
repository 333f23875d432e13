// COPY of a whole table over several connections, as of one moment.
//
//   auto use = [&](std::span<user> rows) -> asio::awaitable<void> { … };
//   std::uint64_t rows = co_await pgcoro::copy_out_parallel<user>(pool, pgcoro::table("users"), use);
//
//   auto write = [&](pgcoro::copy_bytes lines) { … };
//   co_await pgcoro::copy_out_parallel_to(options, pgcoro::table("users"), pgcoro::copy_options::csv(), write);
//
// One connection exports its snapshot (PostgreSQL documentation, "Snapshot Synchronization Functions"), the others take
// it over; each copies one range of the table's pages after another (TID range scans). Partitions and heirs of a table
// come with it. Servers before 14 would read the whole table for each range: `errc::unsupported_server`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/connect_options.hpp>
#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_options.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/copy_target.hpp>
#include <pgcoro/stream_options.hpp>
#include <pgcoro/table.hpp>
#include <pgcoro/transaction.hpp>

namespace pgcoro {

class connection;
class pool;

/// Where the connections come from.
class PGCORO_DECL copy_connections {
 public:
  /// Of a pool, which must outlive the operation. It is waited for the first; others are done without, where the pool
  /// does not give them within a second.
  copy_connections(pool& from);
  /// Opened for this, and closed.
  copy_connections(connect_options options);

  /// Null where one more is not to be had now.
  boost::asio::awaitable<std::shared_ptr<connection>> get(bool first) const { return get_(first); }

 private:
  std::function<boost::asio::awaitable<std::shared_ptr<connection>>(bool first)> get_;
};

/// Trivially destructible, so that a braced one is safe inside `co_await` under g++ 12.
struct parallel_copy_options {
  std::size_t connections = 4;  ///< at most
  std::uint32_t pages = 4096;   ///< of a range: 32 MiB with pages of 8 KiB. Smaller ones even out the end.
  stream_options stream{};      ///< of each COPY; its timeout is for each wait
};

namespace detail {

/// Copies one part of the table, in a transaction that sees the common snapshot.
using part_copier = std::function<boost::asio::awaitable<void>(transaction& tx, copy_source part)>;

PGCORO_DECL boost::asio::awaitable<void> copy_parts(copy_connections connections, table from,
                                                    parallel_copy_options options, part_copier copy);

template <class... T, class Sink>
boost::asio::awaitable<void> copy_part_of_rows(transaction& tx, copy_source part, stream_options options, Sink& sink,
                                               std::uint64_t& rows) {
  copy_reader<T...> reader = co_await tx.copy_out<T...>(std::move(part), options);
  while (auto batch = co_await reader.next()) {
    rows += batch->size();
    if constexpr (is_awaitable<std::invoke_result_t<Sink&, typename copy_reader<T...>::batch_type&>>)
      co_await sink(*batch);
    else
      sink(*batch);
  }
}

PGCORO_DECL boost::asio::awaitable<copy_totals> copy_parts_of_bytes(copy_connections connections, table from,
                                                                    copy_options format, parallel_copy_options options,
                                                                    copy_drain drain);

}  // namespace detail

/// Every row of a table, as of one moment, in no order. `sink` takes batches as copy_reader gives them and may be
/// awaitable; each connection waits for it, so that memory stays flat. It is called by as many coroutines as there are
/// connections, which run on the awaiting coroutine's executor. It must outlive the operation. Gives the number of
/// rows.
///
/// The first error, of a connection or of the sink, stops all, and is thrown when all have stopped. Cancellation does
/// likewise.
template <class... T, class Sink>
[[nodiscard]] boost::asio::awaitable<std::uint64_t> copy_out_parallel(copy_connections connections, table from,
                                                                      Sink& sink, parallel_copy_options options = {}) {
  std::uint64_t rows = 0;
  const stream_options each = options.stream;
  detail::part_copier copy = [&sink, &rows, each](transaction& tx, copy_source part) {
    return detail::copy_part_of_rows<T...>(tx, std::move(part), each, sink, rows);
  };
  co_await detail::copy_parts(std::move(connections), std::move(from), options, std::move(copy));
  co_return rows;
}

/// Likewise the lines of the table as text or CSV, without a header, many whole lines at a time: to a function that
/// takes bytes. Lines of different connections are not mixed within one call.
template <class Sink>
  requires std::invocable<Sink&, copy_bytes>
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_out_parallel_to(copy_connections connections, table from,
                                                                       copy_options format, Sink& sink,
                                                                       parallel_copy_options options = {}) {
  detail::copy_drain drain = [&sink](copy_bytes bytes) { return detail::give_copied(sink, bytes); };
  co_return co_await detail::copy_parts_of_bytes(std::move(connections), std::move(from), std::move(format), options,
                                                 std::move(drain));
}

}  // namespace pgcoro
