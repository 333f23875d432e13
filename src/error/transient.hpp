// Which errors go away by themselves.
#pragma once

#include <boost/system/error_code.hpp>

namespace pgcoro::detail {

/// Whether the same operation may succeed later. It does not say that repeating is safe: see `safe_to_retry`.
///
/// | code | because |
/// |---|---|
/// | class 08 but 08P01 | the connection broke or was refused |
/// | class 40 but 40002 | rolled back for others' sake, or the outcome is unknown |
/// | class 53 | memory, disk space, connections: may be there again later |
/// | 55006, 55P03 | another session holds the object or the lock |
/// | 57P01, 57P02, 57P03, 57P05 | shutdown, crash, starting up, idle session closed: the next connection may work |
/// | 25P03 | the session was closed for being idle in a transaction |
/// | connection_closed, connect_failed, timeout, wrong_session_type | ours: the peer went away, or a failover is under
/// way | | refused, reset, unreachable, timed out, end of file, name server busy | the operating system's and Asio's |
bool is_transient(const boost::system::error_code& code) noexcept;

}  // namespace pgcoro::detail
