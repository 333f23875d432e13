// The messages of the steady state that never vary, each one constant that is appended in one go.
//
//   bind.finish(format::binary);
//   write_execute_sync(out);
//
// All are about the unnamed portal, without a limit on rows. Protocol documentation, "Extended Query".
#pragma once

#include <cstddef>
#include <cstring>

#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::protocol {

namespace detail {

inline constexpr char execute_bytes[] = "E\0\0\0\x09\0\0\0\0\0";
inline constexpr char execute_sync_bytes[] = "E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04";
inline constexpr char describe_portal_bytes[] = "D\0\0\0\x06P\0";
inline constexpr char sync_bytes[] = "S\0\0\0\x04";
inline constexpr char flush_bytes[] = "H\0\0\0\x04";

// The size is a constant, so that the copy becomes one or two stores.
template <std::size_t Size>
inline void append_constant(buffer& to, const char (&bytes)[Size]) {
  std::memcpy(to.prepare(Size - 1), bytes, Size - 1);
  to.commit(Size - 1);
}

}  // namespace detail

/// Execute.
inline void write_execute(buffer& to) { detail::append_constant(to, detail::execute_bytes); }
/// Execute and Sync.
inline void write_execute_sync(buffer& to) { detail::append_constant(to, detail::execute_sync_bytes); }
/// Describe of the portal, which the reply to Parse has not described already.
inline void write_describe_portal(buffer& to) { detail::append_constant(to, detail::describe_portal_bytes); }
inline void write_sync(buffer& to) { detail::append_constant(to, detail::sync_bytes); }
inline void write_flush(buffer& to) { detail::append_constant(to, detail::flush_bytes); }

}  // namespace pgcoro::protocol
