// What became of a transaction whose COMMIT was not answered.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

class connection_core;

/// COMMIT was sent, or part of it, and ended otherwise than by its reply: the connection was lost, a deadline passed.
/// One that was cancelled stays cancelled, as Asio has it.
bool is_in_doubt(const error_info& error) noexcept;

/// Asks the server on a connection with the options of `core`'s, for as long as `limit`. Returns where the transaction
/// was committed; throws `transaction_aborted` where it was not, `in_doubt` where that cannot be learnt, or is not
/// to be (`limit` zero).
boost::asio::awaitable<void> settle_doubt(std::shared_ptr<connection_core> core, error_info why, std::uint64_t xid,
                                          std::chrono::steady_clock::duration limit);

}  // namespace pgcoro::detail
