// A session whose owner asks and gives up at will and whose server says what it likes: arbitrary bytes, messages that
// are well formed in any order, and the answers of an honest server. Whatever happens, every request that was not given
// up is answered exactly once, and what the session keeps is bounded by what it was asked.
#include "session/session.hpp"

#include <cstdlib>
#include <deque>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>

#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/protocol/data_row.hpp>

#include "support/model_server.hpp"
#include "support/server_reply.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::detail;
using pgcoro::test::model_server;
using pgcoro::test::server_reply;

constexpr std::size_t high_water = 4096;

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// Reads every byte of every row. Of an honest server, rows and tags are the statement's own text.
class suspicious_sink final : public row_sink {
 public:
  std::string expected;  ///< empty where the server is not honest
  bool refuses = false;
  bool has_enough = false;

  void match(row_layout& layout) const override {
    if (refuses) layout.refused = error_info(make_error_code(errc::type_mismatch), "refused");
  }
  void describe(const std::shared_ptr<const row_layout>& layout) override {
    columns_ = layout->description->columns.size();
  }
  verdict row(std::span<const std::byte> body) override {
    if (protocol::check_data_row(body, columns_)) return verdict::malformed;
    protocol::data_row_reader reader(body);
    for (protocol::field f; reader.next(f);) require(expected.empty() || protocol::as_text(f.bytes()) == expected);
    return has_enough ? verdict::enough : verdict::ok;
  }
  void complete(std::string_view tag) override { require(expected.empty() || tag == expected); }
  error_info take_error() override { return error_info(make_error_code(errc::type_mismatch), "refused"); }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return refuses ? this : nullptr; }

 private:
  std::size_t columns_ = 0;
};

class rows_of_nothing final : public parameter_source {
 public:
  std::size_t rows = 0;
  bool fails = false;

  status bind_next(protocol::buffer& out, const bind_shape& shape) override {
    if (next_ == rows) return fails ? status::failed : status::end;
    protocol::bind_writer bind(out, shape.head);
    for (std::size_t i = 0; i < shape.types.size(); ++i) bind.null_value();
    if (bind.finish(shape.result_formats) != errc{}) return status::failed;
    ++next_;
    return status::row;
  }
  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "row"); }
  void restart() override { next_ = 0; }

 private:
  std::size_t next_ = 0;
};

/// Takes part in a COPY, or does not care to.
class fickle_peer final : public copy_peer {
 public:
  bool refuses = false;
  verdict answer = verdict::ok;

  bool begin(copy_direction, protocol::format, std::size_t) override { return !refuses; }
  verdict data(protocol::bytes_view bytes) override {
    for (const std::byte b : bytes) seen_ ^= b;
    return answer;
  }
  verdict done() override { return answer; }
  error_info take_error() override { return error_info(make_error_code(errc::invalid_value), "refused"); }

 private:
  std::byte seen_{};
};

struct owner {
  std::string sql;
  arguments parameters;
  suspicious_sink sink;
  fickle_peer peer;
  rows_of_nothing source;
  request* pending = nullptr;
};

class game {
 public:
  explicit game(FuzzedDataProvider& data) : data_(data), session_(settings(data)), honest_(data.ConsumeBool()) {
    session_.keep_notices = session_.keep_notifications = data.ConsumeBool();
  }

  void play() {
    for (int moves = 0; data_.remaining_bytes() > 0 && moves < 500 && !session_.failed(); ++moves) move();
    if (honest_ && !session_.failed()) finish_honestly();
    session_.fail(error_info(make_error_code(errc::connection_closed), "the end"));
    deliver();
    for (const owner& o : owners_) require(!o.pending);
  }

 private:
  static session_settings settings(FuzzedDataProvider& data) {
    session_settings made;
    made.statement_cache_capacity = data.ConsumeIntegralInRange<std::size_t>(0, 3);
    made.output_high_water = high_water;
    made.max_message_size = 1 << 20;
    return made;
  }

  void move() {
    switch (data_.ConsumeIntegralInRange(0, 13)) {
      case 0:
      case 1:
      case 2: ask(); break;
      case 3: abandon(); break;
      case 4: write(); break;
      case 5: cancel(); break;
      case 6: close_something(); break;
      case 7: open_or_end_block(); break;
      case 8: feed(); break;
      case 9: session_.resume(); break;
      default: listen(); break;
    }
    deliver();
    require(session_.sendable() <= session_.output().size());
    require(session_.output().size() <= 64 * high_water);
    require(session_.parameters().size() <= 1000);
  }

  owner& new_owner() {
    owner& o = owners_.emplace_back();
    // Few texts, so that statements are met again. An honest server's tags do not end with a number of rows.
    o.sql = "S" + std::to_string(data_.ConsumeIntegralInRange(0, 5));
    if (honest_) o.sink.expected = o.sql;
    o.sink.refuses = data_.ConsumeIntegralInRange(0, 7) == 0;
    o.sink.has_enough = data_.ConsumeIntegralInRange(0, 7) == 0;
    o.peer.refuses = data_.ConsumeIntegralInRange(0, 7) == 0;
    o.peer.answer = static_cast<row_sink::verdict>(data_.ConsumeIntegralInRange(0, 3));
    return o;
  }

  void fill(step& s, owner& o) {
    s.sql = o.sql;
    s.parameters = &o.parameters;
    s.sink = &o.sink;
    s.mode = static_cast<statement_mode>(data_.ConsumeIntegralInRange(0, 2));
  }

  void ask() {
    owner& o = new_owner();
    request* r = session_.acquire();
    switch (data_.ConsumeIntegralInRange(0, 5)) {
      case 0: r->what = request::kind::sync; break;
      case 1:
        r->what = request::kind::script;
        fill(r->single, o);
        if (!honest_ && data_.ConsumeBool()) r->single.copy = &o.peer;
        r->steps = {&r->single, 1};
        break;
      case 2: ask_for_rows(*r, o); break;
      case 3: prepare(*r, o); break;
      default: ask_for_statements(*r, o); break;
    }
    o.pending = r;
    r->owner = &o;
    session_.submit(r);
  }

  void ask_for_rows(request& r, owner& o) {
    o.source.rows = data_.ConsumeIntegralInRange<std::size_t>(0, 500);
    o.source.fails = data_.ConsumeBool();
    r.single.sql = o.sql;
    r.single.source = &o.source;
    r.single.sink = &o.sink;
    r.single.mode = data_.ConsumeBool() ? statement_mode::cached : statement_mode::describe_each;
    r.steps = {&r.single, 1};
  }

  void prepare(request& r, owner& o) {
    auto& handle = handles_.emplace_back(std::make_shared<prepared_statement>(o.sql));
    r.what = request::kind::prepare;
    r.single.sql = o.sql;
    r.single.statement = handle;
    r.single.explicitly_prepared = true;
    r.steps = {&r.single, 1};
  }

  void ask_for_statements(request& r, owner& o) {
    r.many.resize(data_.ConsumeIntegralInRange<std::size_t>(0, 3));
    for (step& s : r.many) {
      fill(s, o);
      if (handles_.empty() || data_.ConsumeIntegralInRange(0, 3) != 0) continue;
      s.statement = data_.ConsumeBool() ? handles_.front() : handles_.back();
      s.explicitly_prepared = true;
      o.sink.expected.clear();  // a handle has its own text
    }
    if (!honest_ && r.many.size() == 1 && data_.ConsumeBool()) {
      r.many.front().portal = "p";
      r.many.front().max_rows = 1;
    }
    r.steps = r.many;
  }

  /// Transactions and savepoints, up to three deep; whoever ends one may not wait for it.
  void open_or_end_block() {
    const block_id innermost = session_.innermost_block();
    switch (data_.ConsumeIntegralInRange(0, 3)) {
      case 0:
        if (innermost == 0)
          session_.open_transaction("BEGIN", !honest_ && data_.ConsumeBool());
        else if (innermost - session_.open_transaction_block() < 3)
          session_.open_savepoint();
        break;
      case 1: session_.send_openers(); break;
      case 2:
        if (innermost != 0) session_.roll_back(data_.ConsumeBool() ? innermost : session_.open_transaction_block());
        break;
      default:
        if (innermost != 0) end_block(data_.ConsumeBool() ? innermost : session_.open_transaction_block());
        break;
    }
  }

  void end_block(block_id block) {
    owner& o = owners_.emplace_back();
    request* r = session_.acquire_ending(block, data_.ConsumeBool() ? block_ending::commit : block_ending::rollback);
    o.pending = r;
    r->owner = &o;
    session_.submit(r);
  }

  /// Data for a server that takes them.
  void feed() {
    request* r = session_.head();
    while (r && !(r->feeding && r->owner)) r = r->next;
    if (!r || session_.output().size() > high_water) return;
    switch (data_.ConsumeIntegralInRange(0, 3)) {
      case 0: session_.end_copy(*r); break;
      case 1: session_.fail_copy(*r, "enough"); break;
      default: {
        protocol::buffer messages;
        (void)protocol::write(messages, protocol::copy_data{.data = protocol::as_bytes("abc")});
        session_.write_copy_data(*r, messages);
        require(messages.empty());
      }
    }
  }

  void abandon() {
    if (owners_.empty()) return;
    owner& o = owners_[data_.ConsumeIntegralInRange<std::size_t>(0, owners_.size() - 1)];
    if (!o.pending) return;
    session_.abandon(o.pending);
    std::destroy_at(&o);  // who looks at it now is caught
    std::construct_at(&o);
    require(!session_.wants_cancel() || session_.abandoned_at_head());
  }

  void write() {
    const std::size_t n = data_.ConsumeIntegralInRange<std::size_t>(0, session_.sendable());
    if (honest_) server_.hear(protocol::as_text(session_.output().data().first(n)));
    session_.on_written(n);
  }

  void cancel() {
    if (session_.cancelling())
      session_.end_cancel();
    else
      session_.begin_cancel();
  }

  void close_something() {
    if (!handles_.empty() && handles_.front()->ready) session_.close_statement(*handles_.front());
    if (honest_ && data_.ConsumeBool()) server_.forget_statements();
  }

  void listen() {
    if (honest_) {
      const std::string& said = server_.said();
      const auto n = data_.ConsumeIntegralInRange<std::size_t>(0, said.size());
      input_.append(std::string_view(said).substr(0, n));
      server_.consume(n);
    } else {
      input_.append(data_.ConsumeBool() ? data_.ConsumeRandomLengthString(64) : well_formed());
    }
    const error_info failed = session_.receive(input_);
    require(!honest_ || !failed);
    if (failed) session_.fail(failed);
    static_cast<void>(session_.take_notices());
    static_cast<void>(session_.take_notifications());
  }

  std::string well_formed() {
    server_reply reply;
    for (int i = data_.ConsumeIntegralInRange(1, 6); i > 0; --i) {
      switch (data_.ConsumeIntegralInRange(0, 26)) {
        case 0: reply.parsed(); break;
        case 1: reply.bound(); break;
        case 2: reply.closed(); break;
        case 3: reply.no_data(); break;
        case 4: reply.empty(); break;
        case 5: reply.parameters(); break;
        case 6: reply.columns({"a"}); break;
        case 7: reply.row({"1"}); break;
        case 8: reply.complete(data_.ConsumeBool() ? "DISCARD ALL" : "INSERT 0 1"); break;
        case 9: reply.ready("ITE"[data_.ConsumeIntegralInRange(0, 2)]); break;
        case 10: reply.error("22012"); break;
        case 11: reply.error("26000"); break;
        case 12: reply.error("0A000", "ERROR", "RevalidateCachedQuery"); break;
        case 13: reply.error("57P01", "FATAL"); break;
        case 14: reply.notice(); break;
        case 15: reply.notification("c", "p"); break;
        case 16: reply.parameter(data_.ConsumeRandomLengthString(4), "x"); break;
        case 17: reply.copy_in(); break;
        case 18: reply.copy_out(); break;
        case 19: reply.copy_data("x"); break;
        case 20: reply.copy_done(); break;
        case 21: reply.add(protocol::copy_both_response{}); break;
        case 22: reply.add(protocol::portal_suspended{}); break;
        case 23: reply.complete("ROLLBACK"); break;
        case 24: reply.parsed().bound().complete("BEGIN"); break;
        case 25: reply.complete("COMMIT").ready(); break;
        default: reply.describe({}).bound().complete("A").ready(); break;
      }
    }
    return reply.bytes();
  }

  /// An honest server answers everything, whatever the owner did.
  void finish_honestly() {
    if (session_.cancelling()) session_.end_cancel();
    for (int rounds = 0; session_.busy(); ++rounds) {
      require(rounds < 10'000);
      const std::size_t n = session_.sendable();
      server_.hear(protocol::as_text(session_.output().data().first(n)));
      session_.on_written(n);
      input_.append(server_.said());
      server_.consume(server_.said().size());
      session_.resume();
      require(!session_.receive(input_));
      deliver();
    }
  }

  void deliver() {
    while (request* r = session_.next_completed()) {
      owner& o = *static_cast<owner*>(r->owner);
      require(o.pending == r);  // once, and to whom it belongs
      o.pending = nullptr;
      session_.release(r);
    }
  }

  FuzzedDataProvider& data_;
  std::deque<owner> owners_;
  std::deque<std::shared_ptr<prepared_statement>> handles_;
  session session_;
  protocol::buffer input_;
  model_server server_;
  bool honest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  game(data).play();
  return 0;
}
