// A server that keeps to the protocol: it hears a client's bytes and says what PostgreSQL would. A statement is its own
// result: one row of one column that holds the statement's text, and the text as command tag. Protocol documentation:
// "Extended Query", "Simple Query". It knows whether a transaction is open, of savepoints nothing but their tags. A
// text with $1 has one parameter. COPY … STDIN takes data and is executed once they have ended; COPY … STDOUT gives two
// rows.
#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
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
      if (!copying_.empty()) return;  // swallowed, as the documentation has it
      skipping_ = false;
      if (!in_transaction_) portals_.clear();
      return say(server_reply().ready(status()));
    }
    if (skipping_) return;
    if (!copying_.empty()) return on_copying(m.frontend());
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
    portals_[std::string(m.portal)] = {.sql = statement->second};
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
    const auto found = portals_.find(m.portal);
    if (found == portals_.end()) return refuse("34000");
    portal& p = found->second;
    if (p.has_given_its_row) return say(server_reply().complete(p.sql));
    p.has_given_its_row = true;
    if (m.max_rows != 1) return execute(p.sql, false);
    log_.push_back({p.sql, in_transaction_});
    say(server_reply().row({p.sql}).suspended());
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
      if (!in_transaction_) portals_.clear();
      return say(server_reply().complete(tag));
    }
    server_reply reply;
    if (with_columns) reply.columns({"text"});
    say(reply.row({sql}).complete(sql));
  }

  void on_close(const protocol::close_request& m) {
    if (m.target == protocol::described::portal)
      std::erase_if(portals_, [&](const auto& p) { return p.first == m.name; });
    else
      std::erase_if(statements_, [&](const auto& s) { return s.first == m.name; });
    say(server_reply().closed());
  }

  void on_query(const protocol::query_request& m) {
    if (m.sql.starts_with("COPY ")) return on_copy(m.sql);
    std::string_view rest = m.sql;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find("; "), rest.size());
      execute(std::string(rest.substr(0, end)), true);
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    say(server_reply().ready(status()));
  }

  void on_copy(std::string_view sql) {
    if (sql.ends_with(" STDIN")) {
      copying_ = sql;
      return say(server_reply().copy_in());
    }
    log_.push_back({std::string(sql), in_transaction_});
    say(server_reply().copy_out().copy_data("one\n").copy_data("two\n").copy_done().complete("COPY 2").ready(status()));
  }

  void on_copying(protocol::frontend_type what) {
    using protocol::frontend_type;
    if (what == frontend_type::copy_data || what == frontend_type::flush) return;
    const std::string sql = std::exchange(copying_, {});
    if (what == frontend_type::copy_done) {
      log_.push_back({sql, in_transaction_});
      say(server_reply().complete("COPY 1").ready(status()));
    } else if (what == frontend_type::copy_fail) {
      say(server_reply().error("57014").ready(status()));
    } else {
      throw std::runtime_error("the client sent something else while it copies");
    }
  }

  struct portal {
    std::string sql;
    bool has_given_its_row = false;
  };

  protocol::message_framer framer_{{}, protocol::sender::client};
  protocol::buffer heard_;
  std::string said_;
  std::map<std::string, std::string, std::less<>> statements_;
  std::vector<executed> log_;
  bool in_transaction_ = false;
  std::map<std::string, portal, std::less<>> portals_;
  std::string copying_;  // the COPY … STDIN that runs
  bool skipping_ = false;
};

}  // namespace pgcoro::test
