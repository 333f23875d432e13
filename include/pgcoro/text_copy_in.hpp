// COPY into a table from C++ values as text or CSV: for types that have no binary encoder here or no binary input on
// the server, and for what only these formats have (DEFAULT for single values, rows that fail and are left out).
//
//   const auto format = pgcoro::copy_options::csv().default_marker("DEFAULT").ignore_errors();
//   auto in = co_await db.copy_in<std::string, std::string>(pgcoro::table("shapes", "name", "area"), format);
//   if (in.push("circle", "3.14")) co_await in.flush();
//   std::uint64_t loaded = co_await in.finish();
//
// A std::string goes into a column of any type, as the text that the server's input function reads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include <pgcoro/copy_in.hpp>
#include <pgcoro/copy_options.hpp>
#include <pgcoro/detail/copy_line_writer.hpp>
#include <pgcoro/detail/text_copy_tuple.hpp>

namespace pgcoro {

namespace detail {

/// How rows are written as lines.
class PGCORO_DECL text_rows {
 public:
  template <class M>
  static constexpr const copy_member* member = &text_copy_member_of<M>;
  static constexpr protocol::format format = protocol::format::text;

  text_rows() = default;
  explicit text_rows(copy_options options) : options_(std::make_unique<copy_options>(std::move(options))) {}

  std::string clause() const { return options_->from_clause(); }
  server_need need() const noexcept { return options_->from_need(); }
  [[nodiscard]] error_info prepare(const row_description& columns);
  copy_frame frame();
  void planned(std::span<const copy_column>, copy_in_state&) noexcept {}

  template <class Values, std::size_t... I>
  static constexpr bool write_at_once(const Values&, copy_in_state&, std::index_sequence<I...>) noexcept {
    return false;
  }
  template <class References, std::size_t... I>
  errc write(const References& values, const copy_column* columns, protocol::buffer& out, std::size_t& failed_at,
             std::index_sequence<I...> each) {
    return write_copy_line(values, columns, line_, out, failed_at, each);
  }

 private:
  std::unique_ptr<const copy_options> options_;
  copy_line_writer line_;
};

}  // namespace detail

/// As copy_writer in all but the format. Members may be or_default<T>, where the options have a marker for it.
template <class... T>
class text_copy_writer : public detail::basic_copy_writer<detail::text_rows, T...> {};

namespace detail {

template <class... T>
boost::asio::awaitable<text_copy_writer<T...>> open_text_copy_in(std::shared_ptr<connection_core> core, table into,
                                                                 copy_options format, query_options options) {
  return open_writer<text_copy_writer<T...>>(std::move(core), std::move(into), text_rows(std::move(format)), options);
}

}  // namespace detail
}  // namespace pgcoro
