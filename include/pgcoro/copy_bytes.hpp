// COPY of bytes as they are: files, streams and other connections, in any format that the COPY statement names.
//
//   co_await pgcoro::copy_in_from(db, "users.csv"_path, "COPY users FROM STDIN (FORMAT csv, HEADER)");
//   co_await pgcoro::copy_out_to(db, write_some, "COPY (SELECT …) TO STDOUT (FORMAT csv)");
//   co_await pgcoro::copy_between(a, "COPY t TO STDOUT", b, "COPY t FROM STDIN");
//
// All run in constant memory: a source is asked for more when the server has taken what was there, a sink is awaited
// before more is read. Whatever fails, nothing is loaded; the server's error comes as soon as it is known and says
// which line it is about.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/raw_copy.hpp>
#include <pgcoro/queryable.hpp>

namespace pgcoro {

using copy_bytes = std::span<const std::byte>;

/// Bytes into the server. Its connection refuses other operations while it is open; destroyed before finish(), it makes
/// the server drop all that it was given.
class PGCORO_DECL byte_copy_writer {
 public:
  byte_copy_writer() noexcept = default;
  explicit byte_copy_writer(detail::flow_handle<detail::raw_copy> copy) noexcept : copy_(std::move(copy)) {}

  /// Adds bytes, cut anywhere; true where flush() should be awaited before the next.
  bool push(copy_bytes bytes);
  bool push(std::string_view text) { return push(copy_bytes(protocol::as_bytes(text))); }
  /// Sends what was pushed; throws the server's error as soon as it is known.
  [[nodiscard]] boost::asio::awaitable<void> flush();
  /// The end: gives the number of rows that the server has loaded.
  [[nodiscard]] boost::asio::awaitable<std::uint64_t> finish();

  /// Bytes that were pushed so far.
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  detail::flow_handle<detail::raw_copy> copy_;
  std::uint64_t bytes_ = 0;
};

/// Bytes out of the server. Its connection refuses other operations while it is open; dropped early, what is left is
/// read past or cancelled in the background.
class PGCORO_DECL byte_copy_reader {
 public:
  using chunks = std::span<const copy_bytes>;

  byte_copy_reader() noexcept = default;
  explicit byte_copy_reader(detail::flow_handle<detail::raw_copy> copy) noexcept : copy_(std::move(copy)) {}

  /// What has come, a chunk for each row as servers send them; none at the end. They lie in the receive buffer and are
  /// valid until the next call.
  [[nodiscard]] boost::asio::awaitable<std::optional<chunks>> next();

  /// Rows that the server says it has sent, once the end was reached.
  std::uint64_t rows() const noexcept { return rows_; }
  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  detail::flow_handle<detail::raw_copy> copy_;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
  bool ended_ = false;
};

/// What a COPY has moved.
struct copy_totals {
  std::uint64_t rows = 0;   ///< as the server counts them; known at the end
  std::uint64_t bytes = 0;  ///< so far
  std::uint64_t of = 0;     ///< bytes in all, of a file; else 0
};

/// Called with each piece that was moved, and once at the end.
using copy_progress = std::function<void(const copy_totals&)>;

namespace detail {

/// Gives the next bytes; none at the end.
using copy_feed = std::function<boost::asio::awaitable<copy_bytes>()>;
using copy_drain = std::function<boost::asio::awaitable<void>(copy_bytes)>;

using copy_opening = boost::asio::awaitable<byte_copy_writer>;
using copy_out_opening = boost::asio::awaitable<byte_copy_reader>;

PGCORO_DECL boost::asio::awaitable<copy_totals> feed_copy(copy_opening into, copy_feed& feed, copy_progress& progress,
                                                          std::uint64_t of);
PGCORO_DECL boost::asio::awaitable<copy_totals> drain_copy(copy_out_opening from, copy_drain& drain,
                                                           copy_progress& progress);
PGCORO_DECL boost::asio::awaitable<copy_totals> copy_file_in(copy_opening into, std::filesystem::path file,
                                                             copy_progress progress);
PGCORO_DECL boost::asio::awaitable<copy_totals> copy_file_out(copy_out_opening from, std::filesystem::path file,
                                                              copy_progress progress);
PGCORO_DECL boost::asio::awaitable<copy_totals> copy_memory_in(copy_opening into, copy_bytes bytes,
                                                               copy_progress progress);
PGCORO_DECL boost::asio::awaitable<copy_totals> pump_copy(copy_out_opening from, copy_opening into,
                                                          copy_progress progress);

template <class Stream>
concept readable_stream =
    requires(Stream& s, boost::asio::mutable_buffer b) { s.async_read_some(b, boost::asio::use_awaitable); };
template <class Stream>
concept writable_stream =
    requires(Stream& s, boost::asio::const_buffer b) { s.async_write_some(b, boost::asio::use_awaitable); };

template <class T>
inline constexpr bool is_awaitable = false;
template <class T>
inline constexpr bool is_awaitable<boost::asio::awaitable<T>> = true;

template <class Stream>
boost::asio::awaitable<copy_bytes> read_for_copy(Stream& stream, std::vector<std::byte>& room) {
  room.resize(64 * 1024);
  boost::system::error_code failed;
  const std::size_t n = co_await stream.async_read_some(
      boost::asio::buffer(room), boost::asio::redirect_error(boost::asio::use_awaitable, failed));
  if (failed && failed != boost::asio::error::eof)
    throw boost::system::system_error(failed, "reading what is to be copied");
  co_return copy_bytes(room.data(), n);
}

template <class Source>
boost::asio::awaitable<copy_bytes> next_for_copy(Source& source) {
  if constexpr (is_awaitable<std::invoke_result_t<Source&>>) {
    auto bytes = co_await source();
    co_return copy_bytes(bytes);
  } else {
    co_return copy_bytes(source());
  }
}

template <class Sink>
boost::asio::awaitable<void> give_copied(Sink& sink, copy_bytes bytes) {
  if constexpr (writable_stream<Sink>) {
    co_await boost::asio::async_write(sink, boost::asio::buffer(bytes.data(), bytes.size()),
                                      boost::asio::use_awaitable);
  } else if constexpr (is_awaitable<std::invoke_result_t<Sink&, copy_bytes>>) {
    co_await sink(bytes);
  } else {
    sink(bytes);
  }
}

}  // namespace detail

// Of a connection, a transaction or a pool.

/// COPY … FROM STDIN, fed from a stream of Asio's (a socket, a pipe), or from a function that gives bytes, as a span or
/// awaitable, until it gives none. The source must outlive the operation. An exception of the source comes out here,
/// and nothing is loaded.
template <class Core, class Source>
  requires(!std::convertible_to<Source&, std::filesystem::path> && !std::convertible_to<Source&, copy_bytes>)
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_in_from(basic_queryable<Core>& db, Source& source,
                                                               query_text sql, copy_progress progress = nullptr) {
  std::vector<std::byte> room;
  detail::copy_feed feed = [&]() -> boost::asio::awaitable<copy_bytes> {
    if constexpr (detail::readable_stream<Source>)
      return detail::read_for_copy(source, room);
    else
      return detail::next_for_copy(source);
  };
  co_return co_await detail::feed_copy(db.copy_bytes_in(std::move(sql)), feed, progress, 0);
}

/// Bytes that are in memory already; they must outlive the operation.
template <class Core>
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_in_from(basic_queryable<Core>& db, copy_bytes bytes,
                                                               query_text sql, copy_progress progress = nullptr) {
  return detail::copy_memory_in(db.copy_bytes_in(std::move(sql)), bytes, std::move(progress));
}

/// A file, read 256 KiB at a time by the thread that runs the connection.
template <class Core>
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_in_from(basic_queryable<Core>& db,
                                                               const std::filesystem::path& file, query_text sql,
                                                               copy_progress progress = nullptr) {
  return detail::copy_file_in(db.copy_bytes_in(std::move(sql)), file, std::move(progress));
}

/// COPY … TO STDOUT, into a stream of Asio's or a function that takes bytes, and may be awaitable. The sink must
/// outlive the operation. Bytes come in pieces of whole rows, as the server sends them, many at a time.
template <class Core, class Sink>
  requires(!std::convertible_to<Sink&, std::filesystem::path>)
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_out_to(basic_queryable<Core>& db, Sink& sink, query_text sql,
                                                              copy_progress progress = nullptr) {
  detail::copy_drain drain = [&sink](copy_bytes bytes) { return detail::give_copied(sink, bytes); };
  co_return co_await detail::drain_copy(db.copy_bytes_out(std::move(sql)), drain, progress);
}

/// A file, made or overwritten.
template <class Core>
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_out_to(basic_queryable<Core>& db,
                                                              const std::filesystem::path& file, query_text sql,
                                                              copy_progress progress = nullptr) {
  return detail::copy_file_out(db.copy_bytes_out(std::move(sql)), file, std::move(progress));
}

/// Bytes from one server into another, in the format that both statements name. The two run at the slower one's pace.
template <class From, class To>
[[nodiscard]] boost::asio::awaitable<copy_totals> copy_between(basic_queryable<From>& from, query_text copy_out,
                                                               basic_queryable<To>& to, query_text copy_in,
                                                               copy_progress progress = nullptr) {
  return detail::pump_copy(from.copy_bytes_out(std::move(copy_out)), to.copy_bytes_in(std::move(copy_in)),
                           std::move(progress));
}

}  // namespace pgcoro
