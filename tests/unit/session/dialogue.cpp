#include "unit/session/dialogue.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <utility>

#include "support/client_summary.hpp"

namespace pgcoro::detail::test {

std::string name_of(const error_info& error) {
  if (!error) return "ok";
  if (error.server()) return error.server()->sqlstate;
  constexpr std::pair<errc, const char*> names[] = {
      {errc::connection_closed, "connection_closed"},
      {errc::protocol_error, "protocol_error"},
      {errc::unsupported_server, "unsupported_server"},
      {errc::message_too_large, "message_too_large"},
      {errc::type_mismatch, "type_mismatch"},
      {errc::out_of_range, "out_of_range"},
      {errc::embedded_nul, "embedded_nul"},
      {errc::parameter_count_mismatch, "parameter_count_mismatch"},
      {errc::copy_not_allowed, "copy_not_allowed"},
      {errc::invalid_value, "invalid_value"},
      {errc::pipeline_aborted, "pipeline_aborted"},
      {errc::transaction_aborted, "transaction_aborted"},
      {errc::in_doubt, "in_doubt"},
  };
  for (const auto& [code, name] : names)
    if (error.code() == code) return name;
  return error.code().message();
}

std::string call::outcome() const {
  if (answered == 0) return "not answered";
  if (legs.empty()) return name_of(error);
  std::string all;
  for (const leg& l : legs) {
    if (!all.empty()) all += " | ";
    const error_info& failed = l.error ? l.error : error;
    all += failed ? name_of(failed) : l.sink.text;
  }
  return all;
}

dialogue::~dialogue() {
  for (const call& c : calls_) EXPECT_LE(c.answered, 1) << "a request was answered twice";
}

void dialogue::submit(call& c, request* r) {
  r->owner = &c;
  c.pending = r;
  session.submit(r);
  collect();
}

call& dialogue::start(request::kind what, std::vector<statement_text> texts) {
  call& c = calls_.emplace_back();
  request* r = session.acquire();
  r->what = what;
  r->many.resize(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    leg& l = c.legs.emplace_back();
    l.sql = std::move(texts[i].sql);
    if (texts[i].parameter) l.parameters = arguments::owning(*texts[i].parameter);
    r->many[i].sql = l.sql;
    r->many[i].parameters = &l.parameters;
    r->many[i].sink = &l.sink;
    r->many[i].mode = texts[i].mode;
  }
  r->steps = r->many;
  submit(c, r);
  return c;
}

call& dialogue::pipeline(std::vector<statement_text> texts) {
  return start(request::kind::statements, std::move(texts));
}

call& dialogue::query(statement_text text) {
  std::vector<statement_text> one;
  one.push_back(std::move(text));
  return start(request::kind::statements, std::move(one));
}

call& dialogue::script(std::string_view sql) {
  std::vector<statement_text> one;
  one.push_back({std::string(sql), std::nullopt, statement_mode::simple});
  return start(request::kind::script, std::move(one));
}

call& dialogue::many(std::string_view sql, int rows, statement_mode mode, int fails_at, bool throws) {
  call& c = calls_.emplace_back();
  c.legs.emplace_back().sql = sql;
  c.source.rows = rows;
  c.source.fails_at = fails_at;
  c.source.throws = throws;
  request* r = session.acquire();
  r->single.sql = c.legs.front().sql;
  r->single.source = &c.source;
  r->single.sink = &c.sink();
  r->single.mode = mode;
  r->steps = {&r->single, 1};
  submit(c, r);
  return c;
}

call& dialogue::prepare(std::string_view sql) {
  call& c = calls_.emplace_back();
  c.legs.emplace_back().sql = sql;
  c.handle = std::make_shared<prepared_statement>(sql);
  request* r = session.acquire();
  r->what = request::kind::prepare;
  r->single.sql = c.legs.front().sql;
  r->single.statement = c.handle;
  r->single.explicitly_prepared = true;
  r->steps = {&r->single, 1};
  submit(c, r);
  return c;
}

call& dialogue::end(block_id block, block_ending how) {
  call& c = calls_.emplace_back();
  submit(c, session.acquire_ending(block, how));
  return c;
}

call& dialogue::execute(const call& prepared) {
  call& c = calls_.emplace_back();
  c.legs.emplace_back().sql = prepared.handle->sql;
  request* r = session.acquire();
  r->single.sql = c.legs.front().sql;
  r->single.statement = prepared.handle;
  r->single.explicitly_prepared = true;
  r->single.parameters = &c.legs.front().parameters;
  r->single.sink = &c.sink();
  r->steps = {&r->single, 1};
  submit(c, r);
  return c;
}

void dialogue::know(std::string_view sql) {
  call& c = query(sql);
  take_output();
  ASSERT_FALSE(reply(server_reply().describe({"a"})));
  take_output();
  ASSERT_FALSE(reply(server_reply().bound().row({"1"}).complete("SELECT 1").ready()));
  ASSERT_TRUE(c.done());
}

std::string dialogue::take_output(std::size_t most) {
  std::string all;
  while (const std::size_t n = std::min(session.sendable(), most)) {
    all += protocol::as_text(session.output().data().first(n));
    most -= n;
    session.on_written(n);
  }
  collect();
  return all;
}

std::string dialogue::sent() { return pgcoro::test::summary_of(take_output()); }

error_info dialogue::reply(std::string_view bytes) {
  input.append(bytes);
  error_info failed = session.receive(input);
  collect();
  return failed;
}

void dialogue::lose(error_info reason) {
  session.fail(std::move(reason));
  collect();
}

bool dialogue::abandon(call& c) {
  const bool sent = session.abandon(std::exchange(c.pending, nullptr));
  c.legs.clear();  // whoever looks at them now is caught by a sanitizer
  c.source.forbidden = true;
  collect();
  return sent;
}

void dialogue::collect() {
  while (request* r = session.next_completed()) {
    call& c = *static_cast<call*>(r->owner);
    ++c.answered;
    c.pending = nullptr;
    c.error = r->error;
    for (std::size_t i = 0; i < r->steps.size(); ++i) c.legs[i].error = r->steps[i].error;
    session.release(r);
  }
}

}  // namespace pgcoro::detail::test
