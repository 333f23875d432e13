// COPY with a server that does not keep to what it should, or does more than it has to.
#include <string>
#include <vector>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/copy_out.hpp>
#include <pgcoro/detail/copy_tuple.hpp>
#include <pgcoro/protocol/copy.hpp>
#include <pgcoro/text_copy_in.hpp>

#include "support/fake_server.hpp"
#include "support/server_reply.hpp"

namespace pgcoro::test {
namespace {

using protocol::format;

std::string copy_begins(bool in, format overall, int columns) {
  const std::vector<format> formats(static_cast<std::size_t>(columns), overall);
  if (in) return bytes_of(protocol::copy_in_response{.overall = overall, .columns = formats});
  return bytes_of(protocol::copy_out_response{.overall = overall, .columns = formats});
}

std::string copy_data(std::string_view bytes) { return server_reply().copy_data(bytes).bytes(); }

std::string copy_header() {
  protocol::buffer out;
  detail::write_copy_header(out);
  return std::string(protocol::as_text(out.data()));
}

/// A row of one text.
std::string copied_row(std::string_view text) {
  protocol::buffer out;
  out.append_u16(1);
  out.append_u32(static_cast<std::uint32_t>(text.size()));
  out.append(text);
  return std::string(protocol::as_text(out.data()));
}

const std::string trailer("\xff\xff", 2);
const std::string end_of_copy = server_reply().copy_done().complete("COPY 3").ready().bytes();

std::string one_column() { return server_reply().describe({"a"}).bytes(); }

/// The statement that asks for the columns is answered: one text.
asio::awaitable<void> tell_columns(fake_peer& peer) {
  EXPECT_EQ(co_await peer.types(), "PDH");
  co_await peer.send(one_column());
  EXPECT_EQ(co_await peer.types(), "BES");
  co_await peer.send(server_reply().bound().complete("SELECT 0").ready().bytes());
}

/// Then COPY comes.
asio::awaitable<std::string> until_copy(fake_peer& peer) {
  co_await tell_columns(peer);
  co_return co_await peer.query();
}

struct copied {
  std::vector<std::string> rows;
  error_info failed;
};

asio::awaitable<void> copy_rows(connection& db, bool csv, copied& all) {
  try {
    copy_reader<std::string> out;
    if (csv)
      out = co_await db.copy_out<std::string>("SELECT a", copy_options::csv());
    else
      out = co_await db.copy_out<std::string>("SELECT a");
    while (auto batch = co_await out.next()) all.rows.insert(all.rows.end(), batch->begin(), batch->end());
  } catch (const error& e) {
    all.failed = e.info();
  }
}

/// What becomes of a COPY TO STDOUT that a server answers with these bytes.
asio::awaitable<copied> answered_with(bool csv, std::string bytes) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  copied all;
  pending copy = co_await start(copy_rows(s.db, csv, all));
  co_await until_copy(s.peer);
  co_await s.peer.send(copy_begins(false, csv ? format::text : format::binary, 1) + bytes);
  static_cast<void>(co_await copy.outcome());
  pending query = co_await start(s.db.execute("SELECT 1"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1") << "the connection goes on";
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await query.outcome());
  co_return all;
}

bool names_row(const error_info& failed, int row) {
  return failed.code() == errc::invalid_value &&
         failed.message().find("row " + std::to_string(row) + " of COPY") != std::string::npos;
}

ASYNC_TEST(copy_out_of_a_bad_server, names_the_row_of_binary_data_that_are_malformed) {
  std::string negative = copied_row("x"), two_columns = copied_row("x");
  negative.replace(2, 4, "\xff\xff\xff\xfe", 4);
  two_columns[1] = 2;
  const std::vector<std::string> malformed{negative, two_columns};
  for (const std::string& bad : malformed) {
    const std::string bytes =
        copy_data(copy_header() + copied_row("a")) + copy_data(copied_row("b")) + copy_data(bad) + end_of_copy;
    const copied seen = co_await answered_with(false, bytes);
    EXPECT_TRUE(names_row(seen.failed, 3)) << seen.failed.message();
    EXPECT_EQ(seen.rows.size(), 2u);
  }
}

ASYNC_TEST(copy_out_of_a_bad_server, names_the_row_at_which_binary_data_end_early) {
  const std::string all = copy_header() + copied_row("a") + copied_row("b") + trailer;
  for (std::size_t size = 19; size < all.size(); ++size) {
    const copied seen = co_await answered_with(false, copy_data(all.substr(0, size)) + end_of_copy);
    const int row = static_cast<int>((size - 19) / 7) + 1;
    EXPECT_TRUE(names_row(seen.failed, row)) << size << ": " << seen.failed.message();
  }
}

ASYNC_TEST(copy_out_of_a_bad_server, names_the_row_of_lines_that_are_malformed_or_end_early) {
  const std::vector<std::string> malformed{"a\nb\nc,d\n", "a\nb\n\"c\n", "a\nb\nc"};
  for (const std::string& bad : malformed) {
    const copied seen = co_await answered_with(true, copy_data(bad) + end_of_copy);
    EXPECT_TRUE(names_row(seen.failed, 3)) << seen.failed.message();
    EXPECT_EQ(seen.rows.size(), 2u);
  }
}

ASYNC_TEST(copy_out_of_a_bad_server, refuses_a_copy_of_another_format_or_of_other_columns) {
  const std::vector<std::string> others{copy_begins(false, format::text, 1), copy_begins(false, format::binary, 2)};
  for (const std::string& begins : others) {
    fake_server server(co_await asio::this_coro::executor);
    served s = co_await open_session(server, server.options());
    copied all;
    pending copy = co_await start(copy_rows(s.db, false, all));
    co_await until_copy(s.peer);
    co_await s.peer.send(begins + copy_data("x") + end_of_copy);
    static_cast<void>(co_await copy.outcome());
    EXPECT_EQ(all.failed.code(), errc::copy_not_allowed);
  }
}

ASYNC_TEST(copy_out_of_a_bad_server, loses_no_row_among_asynchronous_messages) {
  const std::string notice = server_reply().notice().bytes();
  const std::string status = bytes_of(protocol::parameter_status{.name = "TimeZone", .value = "UTC"});
  const std::string notification = bytes_of(protocol::notification_response{.channel = "c", .payload = "p"});
  const std::string between = notice + status + notification;
  const std::string bytes = between + copy_data(copy_header() + copied_row("a")) + between +
                            copy_data(copied_row("b")) + between + between + copy_data(copied_row("c")) + between +
                            copy_data(trailer) + between + server_reply().copy_done().bytes() + between +
                            completed("COPY 3");
  const copied seen = co_await answered_with(false, bytes);
  EXPECT_FALSE(seen.failed) << seen.failed.message();
  const std::vector<std::string> expected{"a", "b", "c"};
  EXPECT_EQ(seen.rows, expected);
}

/// What is said of options that the server is too old for. It is asked for the columns and nothing else.
asio::awaitable<error_info> refused_by_version_13(bool in, copy_options format) {
  fake_server server(co_await asio::this_coro::executor);
  greeting old;
  old.server_version = "13.4 (fake)";
  served s = co_await open_session(server, server.options(), old);
  const table t("t", "a");
  pending copy =
      in ? co_await start(s.db.copy_in<std::string>(t, format)) : co_await start(s.db.copy_out<std::string>(t, format));
  co_await tell_columns(s.peer);
  const error_info failed = co_await copy.outcome();
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  EXPECT_TRUE(failed.connection_usable() && failed.safe_to_retry());
  co_return failed;
}

ASYNC_TEST(copy_options, that_a_server_is_too_old_for_are_refused_by_name) {
  const std::vector<std::pair<copy_options, std::string>> newer{
      {copy_options::csv().header(copy_header::match), "HEADER MATCH needs PostgreSQL 15"},
      {copy_options::csv().default_marker("D"), "DEFAULT needs PostgreSQL 16"},
      {copy_options::text().ignore_errors(), "ON_ERROR needs PostgreSQL 17"},
      {copy_options::csv().ignore_errors(1), "REJECT_LIMIT needs PostgreSQL 18"},
  };
  for (const auto& [format, why] : newer) {
    const error_info failed = co_await refused_by_version_13(true, format);
    EXPECT_EQ(failed.code(), errc::unsupported_server);
    EXPECT_NE(failed.message().find(why + " or newer; the server is version 13"), std::string::npos)
        << failed.message();
  }
  const error_info out = co_await refused_by_version_13(false, copy_options::text().header());
  EXPECT_EQ(out.code(), errc::unsupported_server);
  EXPECT_NE(out.message().find("HEADER of text format needs PostgreSQL 15"), std::string::npos) << out.message();
}

asio::awaitable<void> copy_much_in(connection& db, std::size_t bytes) {
  const std::string piece(64 * 1024, 'x');
  byte_copy_writer in = co_await db.copy_bytes_in("COPY t FROM STDIN");
  while (in.bytes() < bytes)
    if (in.push(piece)) co_await in.flush();
  EXPECT_EQ(co_await in.finish(), 7u);
}

ASYNC_TEST(copy_in, reads_while_it_writes_so_that_neither_side_waits_for_the_other) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  constexpr std::size_t much = 32u << 20;
  pending copy = co_await start(copy_much_in(s.db, much));
  EXPECT_EQ(co_await s.peer.query(), "COPY t FROM STDIN");
  co_await s.peer.send(copy_begins(true, format::text, 1));
  // The server talks and does not listen: more than any socket holds.
  std::string notices;
  while (notices.size() < much) notices += server_reply().notice().bytes();
  co_await s.peer.send(notices);
  std::size_t heard = 0;
  for (client_message m = co_await s.peer.read(); m.type == 'd'; m = co_await s.peer.read()) heard += m.body.size();
  EXPECT_EQ(heard, much);
  co_await s.peer.send(completed("COPY 7"));
  EXPECT_FALSE(co_await copy.outcome());
}

ASYNC_TEST(copy_in, sends_copy_fail_where_it_is_given_up_and_data_never_after_it) {
  fake_server server(co_await asio::this_coro::executor);
  served s = co_await open_session(server, server.options());
  auto begin_and_drop = [&]() -> asio::awaitable<void> {
    byte_copy_writer in = co_await s.db.copy_bytes_in("COPY t FROM STDIN");
    static_cast<void>(in.push("not sent, or sent before CopyFail"));
  };
  pending copy = co_await start(begin_and_drop());
  co_await s.peer.query();
  co_await s.peer.send(copy_begins(true, format::text, 1));
  EXPECT_FALSE(co_await copy.outcome());
  client_message m = co_await s.peer.read();
  while (m.type == 'd') m = co_await s.peer.read();
  EXPECT_EQ(m.type, 'f');
  EXPECT_TRUE(co_await s.peer.hears_nothing());
  co_await s.peer.send(cancelled());
  pending query = co_await start(s.db.execute("SELECT 1"));
  EXPECT_EQ(co_await s.peer.query(), "SELECT 1");
  co_await s.peer.send(completed("SELECT 1"));
  EXPECT_FALSE(co_await query.outcome());
}

}  // namespace
}  // namespace pgcoro::test
