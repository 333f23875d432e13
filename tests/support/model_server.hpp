// A server that keeps to the protocol: it hears a client's bytes and says what PostgreSQL would. A statement is its own
// result: one row of one column that holds the statement's text, and the text as command tag. Protocol documentation:
// "Extended Query", "Simple Query". It knows whether a transaction is open, of savepoints nothing but their tags. A
// text with $1 has one parameter.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/protocol/frontend.hpp>

#include "support/server_reply.hpp"

namespace pgcoro::test {

class model_server {
 public:
  /// Bytes of the client, cut anywhere.
  void hear(std::string_view bytes) {
    heard_.append(bytes);
    protocol::message_view message;
    while (framer_.next(heard_.data(), message) == protocol::frame_status::complete) {
      answer(message);
      heard_.consume(message.size());
    }
  }

  /// What it has to say and has not yet been taken.
  const std::string& said() const { return said_; }
  void consume(std::size_t n) { said_.erase(0, n); }

  /// A statement that was executed, and whether that was in a transaction.
  struct executed {
    std::string text;
    bool in_transaction;
  };
  const std::vector<executed>& log() const { return log_; }
  bool in_transaction() const { return in_transaction_; }

  /// As somebody's DEALLOCATE does behind the client's back.
  void forget_statements() { statements_.clear(); }

 private:
  template <class Message>
  Message read(const protocol::message_view& m) {
    Message message;
    if (parse(m.body, message)) throw std::runtime_error("the client sent a malformed message");
    return message;
  }

  void say(const server_reply& reply) { said_ += reply.bytes(); }

  void refuse(std::string_view sqlstate) {
    say(server_reply().error(sqlstate));
    skipping_ = true;
  }

  void answer(const protocol::message_view& m) {
    using protocol::frontend_type;
    if (m.frontend() == frontend_type::sync) {
      skipping_ = false;
      has_portal_ = false;
      return say(server_reply().ready(status()));
    }
    if (skipping_) return;
    switch (m.frontend()) {
      case frontend_type::parse: return on_parse(read<protocol::parse_request>(m));
      case frontend_type::bind: return on_bind(read<protocol::bind_request>(m));
      case frontend_type::describe: return on_describe(read<protocol::describe_request>(m));
      case frontend_type::execute: return on_execute(read<protocol::execute_request>(m));
      case frontend_type::close: return on_close(read<protocol::close_request>(m));
      case frontend_type::query: return on_query(read<protocol::query_request>(m));
      case frontend_type::flush:
      case frontend_type::terminate: return;
      default: throw std::runtime_error("the client sent what it has no reason to send");
    }
  }

  void on_parse(const protocol::parse_request& m) {
    if (!m.statement.empty() && statements_.contains(m.statement)) return refuse("42P05");
    statements_[std::string(m.statement)] = m.sql;
    say(server_reply().parsed());
  }

  void on_bind(const protocol::bind_request& m) {
    const auto statement = statements_.find(m.statement);
    if (statement == statements_.end()) return refuse("26000");
    portal_ = statement->second;
    has_portal_ = true;
    say(server_reply().bound());
  }

  void on_describe(const protocol::describe_request& m) {
    if (m.target == protocol::described::portal) return say(server_reply().columns({"text"}));
    if (!statements_.contains(m.name)) return refuse("26000");
    const std::string& sql = statements_.find(m.name)->second;
    const std::vector<oid> one{25};
    const bool has_parameter = sql.find("$1") != std::string::npos;
    say(server_reply().parameters(has_parameter ? one : std::vector<oid>()).columns({"text"}));
  }

  void on_execute(const protocol::execute_request& m) {
    if (!m.portal.empty() || !has_portal_) return refuse("34000");
    execute(portal_, false);
  }

  char status() const { return in_transaction_ ? 'T' : 'I'; }

  void execute(const std::string& sql, bool with_columns) {
    log_.push_back({sql, in_transaction_});
    const std::string_view text = sql;
    for (const std::string_view tag : {"BEGIN", "COMMIT", "PREPARE TRANSACTION", "SAVEPOINT", "RELEASE", "ROLLBACK"}) {
      if (!text.starts_with(tag)) continue;
      if (tag == "BEGIN") in_transaction_ = true;
      if (tag == "COMMIT" || tag == "PREPARE TRANSACTION" || (tag == "ROLLBACK" && text.find(" TO ") == text.npos))
        in_transaction_ = false;
      return say(server_reply().complete(tag));
    }
    server_reply reply;
    if (with_columns) reply.columns({"text"});
    say(reply.row({sql}).complete(sql));
  }

  void on_close(const protocol::close_request& m) {
    if (const auto statement = statements_.find(m.name); statement != statements_.end()) statements_.erase(statement);
    say(server_reply().closed());
  }

  void on_query(const protocol::query_request& m) {
    std::string_view rest = m.sql;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find("; "), rest.size());
      execute(std::string(rest.substr(0, end)), true);
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    say(server_reply().ready(status()));
  }

  protocol::message_framer framer_{{}, protocol::sender::client};
  protocol::buffer heard_;
  std::string said_;
  std::map<std::string, std::string, std::less<>> statements_;
  std::vector<executed> log_;
  bool in_transaction_ = false;
  std::string portal_;
  bool has_portal_ = false;
  bool skipping_ = false;
};

}  // namespace pgcoro::test
