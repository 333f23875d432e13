// A session with a test in the places of its owner and of its server.
//
//   dialogue d;
//   call& c = d.query("SELECT 1");
//   EXPECT_EQ(d.sent(), "Parse(pgcoro_1:SELECT 1) Describe(pgcoro_1) Flush");
//   d.reply(server_reply().describe({"a"}).bound().row({"1"}).complete("SELECT 1").ready());
//   EXPECT_EQ(c.outcome(), "columns(a) row(1) SELECT 1");
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/detail/arguments.hpp>

#include "session/session.hpp"
#include "support/server_reply.hpp"
#include "unit/session/counting_source.hpp"
#include "unit/session/recording_sink.hpp"

namespace pgcoro::detail::test {

using pgcoro::test::server_reply;

/// "ok", the SQLSTATE of a server's error, else the name that errc has.
std::string name_of(const error_info& error);

/// One statement of a call.
struct leg {
  std::string sql;
  arguments parameters;
  recording_sink sink;
  error_info error;
};

/// What waits for a request, as an operation does.
struct call {
  std::deque<leg> legs;
  counting_source source;
  std::shared_ptr<prepared_statement> handle;  ///< of a prepare
  request* pending = nullptr;
  int answered = 0;  ///< how often the session completed the request
  error_info error;

  recording_sink& sink() { return legs.front().sink; }
  const std::string& text() const { return legs.front().sink.text; }
  bool done() const { return answered == 1; }
  /// What every statement delivered, or the error that came instead; "not answered" before that.
  std::string outcome() const;
};

struct statement_text {
  std::string sql;
  std::optional<std::int32_t> parameter = {};
  statement_mode mode = statement_mode::cached;
};

class dialogue {
 public:
  explicit dialogue(session_settings settings = {}) : session(std::move(settings)) {}
  dialogue(const dialogue&) = delete;
  dialogue& operator=(const dialogue&) = delete;
  ~dialogue();

  call& query(std::string_view sql, statement_mode mode = statement_mode::cached) {
    return query({std::string(sql), std::nullopt, mode});
  }
  call& query(statement_text text);
  template <class... Text>
  call& pipeline(Text... texts) {
    std::vector<statement_text> all;
    (all.push_back(statement_text(std::move(texts))), ...);
    return pipeline(std::move(all));
  }
  call& pipeline(std::vector<statement_text> texts);
  call& many(std::string_view sql, int rows, statement_mode mode = statement_mode::cached, int fails_at = 0,
             bool throws = false);
  call& script(std::string_view sql);
  call& prepare(std::string_view sql);
  call& execute(const call& prepared);
  call& sync() { return start(request::kind::sync); }
  call& end(block_id block, block_ending how = block_ending::commit);
  call& terminate() { return start(request::kind::terminate); }
  /// Runs `sql` to its end, so that it is prepared and nothing of it is left to be sent.
  void know(std::string_view sql);

  /// Everything that may go out now, which the wire takes.
  std::string sent();
  /// The same as bytes.
  std::string take_output(std::size_t most = static_cast<std::size_t>(-1));

  /// Gives the session these bytes and the calls what has completed.
  error_info reply(std::string_view bytes);
  error_info reply(const server_reply& messages) { return reply(messages.bytes()); }
  /// The stream has ended, or what came could not be understood.
  void lose(error_info reason);
  void lose() { lose(error_info(make_error_code(errc::connection_closed), "the server closed the connection")); }

  /// As an operation does that is cancelled. What the request pointed to is gone then.
  bool abandon(call& c);
  /// Hands completed requests to their calls.
  void collect();

  std::deque<call>& calls() { return calls_; }

  detail::session session;
  protocol::buffer input;

 private:
  call& start(request::kind what, std::vector<statement_text> texts = {});
  void submit(call& c, request* r);

  std::deque<call> calls_;
};

}  // namespace pgcoro::detail::test
