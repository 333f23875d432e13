// Every operation, cancelled at every step, with every type of cancellation.
//
// A model of a server answers. The operation is first left to run, to learn how long the reply is and where its
// messages end. Then it is run again for each of these places: the server says so much and no more, the operation is
// cancelled, and the server goes on. Whatever the place:
//
// - the operation ends at once, cancelled;
// - what it said to be safe to retry was not executed, and what was is a beginning of what would have been;
// - statements of a transaction are executed in one, and nothing of it is left open;
// - the connection serves, and the next statement gets its own reply.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <limits>
#include <optional>
#include <set>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/cursor.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/notification_channel.hpp>
#include <pgcoro/pipeline.hpp>
#include <pgcoro/row_stream.hpp>
#include <pgcoro/transaction.hpp>

#include "support/fake_server.hpp"
#include "support/model_server.hpp"

namespace pgcoro::test {
namespace {

using asio::cancellation_type;

constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

/// The server's end: the model answers, up to an allowance of bytes.
class held_server {
 public:
  held_server(fake_server& listening, fake_peer& peer) : listening_(listening), peer_(peer) {}

  asio::awaitable<void> serve() {
    char chunk[16 * 1024];
    for (;;) {
      boost::system::error_code failed;
      const std::size_t n = co_await peer_.socket().async_read_some(asio::buffer(chunk),
                                                                    asio::redirect_error(asio::use_awaitable, failed));
      if (failed) co_return;
      model.hear({chunk, n});
      say();
    }
  }

  /// Takes cancel requests, which always come too late.
  asio::awaitable<void> take_cancels() {
    for (;;) {
      boost::system::error_code failed;
      asio::ip::tcp::socket caller =
          co_await listening_.acceptor().async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (failed) co_return;
      char request[16];
      co_await asio::async_read(caller, asio::buffer(request), asio::redirect_error(asio::use_awaitable, failed));
      ++cancels;
    }
  }

  /// From here on so many bytes.
  void allow(std::size_t bytes) {
    allowance_ = bytes;
    said.clear();
    say();
  }

  model_server model;
  std::string said;  ///< since allow()
  int cancels = 0;

 private:
  void say() {
    const std::string& all = model.said();
    const std::size_t n = std::min(all.size(), allowance_);
    if (n == 0) return;
    said.append(all, 0, n);
    asio::write(peer_.socket(), asio::buffer(all.data(), n));
    model.consume(n);
    if (allowance_ != everything) allowance_ -= n;
  }

  fake_server& listening_;
  fake_peer& peer_;
  std::size_t allowance_ = everything;
};

/// What an operation needs to live beside it.
struct stage {
  connection& db;
  std::optional<transaction> tx = {};
  std::optional<transaction> savepoint = {};
  std::vector<std::string> rows = {"a", "b", "c"};
  pipeline atomic{pipeline::atomic};
  pipeline independent{pipeline::independent};
};

using act = std::function<asio::awaitable<void>(stage&)>;

struct subject {
  const char* name;
  act before;  ///< done before anything is cancelled
  act run;
  bool in_transaction = false;  ///< where the statements A, B and C have to run
  bool ends_by_itself = false;  ///< nothing is waited for
};

asio::awaitable<void> nothing(stage&) { co_return; }
asio::awaitable<void> know_a(stage& s) { co_await s.db.execute("A"); }
asio::awaitable<void> begin(stage& s) { s.tx.emplace(co_await s.db.begin()); }
asio::awaitable<void> enter(stage& s) {
  co_await begin(s);
  co_await s.tx->execute("A");
}
asio::awaitable<void> enter_savepoint(stage& s) {
  co_await enter(s);
  s.savepoint.emplace(co_await s.tx->begin());
  co_await s.savepoint->execute("A");
}

std::vector<subject> subjects() {
  const auto in = [](statement_mode mode) { return query_options{.mode = mode}; };
  return {
      {"query", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.query("A"); }},
      {"query_of_a_known_statement", know_a, [](stage& s) -> asio::awaitable<void> { co_await s.db.query("A"); }},
      {"fetch_one", know_a, [](stage& s) -> asio::awaitable<void> { co_await s.db.fetch_one<std::string>("A"); }},
      {"execute_described_each_time", nothing,
       [in](stage& s) -> asio::awaitable<void> { co_await s.db.execute(in(statement_mode::describe_each), "A"); }},
      {"execute_unnamed", nothing,
       [in](stage& s) -> asio::awaitable<void> { co_await s.db.execute(in(statement_mode::unnamed), "A"); }},
      {"execute_simple", nothing,
       [in](stage& s) -> asio::awaitable<void> { co_await s.db.execute(in(statement_mode::simple), "A"); }},
      {"script", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.execute_script("A; B; C"); }},
      {"prepare", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.prepare("A"); }},
      {"execute_many", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.execute_many("A $1", s.rows); }},
      {"fetch_many", nothing,
       [](stage& s) -> asio::awaitable<void> { co_await s.db.fetch_many<std::string>("A $1", s.rows); }},
      {"execute_each", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.execute_each("A $1", s.rows); }},
      {"atomic_pipeline", nothing,
       [](stage& s) -> asio::awaitable<void> {
         for (const char* sql : {"A", "B", "C"}) s.atomic.execute(sql);
         co_await s.db.run(s.atomic);
       }},
      {"independent_pipeline", nothing,
       [](stage& s) -> asio::awaitable<void> {
         for (const char* sql : {"A", "B", "C"}) s.independent.execute(sql);
         co_await s.db.run(s.independent);
       }},
      {"row_stream", nothing,
       [](stage& s) -> asio::awaitable<void> {
         auto rows = co_await s.db.stream<std::string>("A");
         while (auto batch = co_await rows.next()) EXPECT_EQ(batch->size(), 1u);
       }},
      {"row_stream_that_begins_a_transaction", begin,
       [](stage& s) -> asio::awaitable<void> {
         auto rows = co_await s.tx->stream<std::string>("A");
         while (auto batch = co_await rows.next()) EXPECT_EQ(batch->size(), 1u);
       },
       true},
      {"cursor", begin,
       [](stage& s) -> asio::awaitable<void> {
         auto rows = co_await s.tx->open_cursor<std::string>(stream_options{.rows = 1}, "A");
         while (auto batch = co_await rows.next()) EXPECT_EQ(batch->size(), 1u);
       },
       true},
      {"copy_in", nothing,
       [](stage& s) -> asio::awaitable<void> {
         auto data = co_await s.db.copy_bytes_in("COPY t FROM STDIN");
         data.push("one\n");
         co_await data.flush();
         data.push("two\n");
         co_await data.finish();
       }},
      {"copy_out", nothing,
       [](stage& s) -> asio::awaitable<void> {
         auto out = co_await s.db.copy_bytes_out("COPY t TO STDOUT");
         while (auto chunks = co_await out.next()) EXPECT_GE(chunks->size(), 1u);
       }},
      {"listen", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.listen("channel"); }},
      {"ping", nothing, [](stage& s) -> asio::awaitable<void> { co_await s.db.ping(); }},
      {"begin", nothing, begin, false, true},
      {"first_statement_of_a_transaction", begin,
       [](stage& s) -> asio::awaitable<void> { co_await s.tx->execute("A"); }, true},
      {"first_script_of_a_transaction", begin,
       [](stage& s) -> asio::awaitable<void> { co_await s.tx->execute_script("A; B"); }, true},
      {"statement_of_a_transaction", enter, [](stage& s) -> asio::awaitable<void> { co_await s.tx->execute("B"); },
       true},
      {"commit", enter, [](stage& s) -> asio::awaitable<void> { co_await s.tx->commit(); }},
      {"rollback", enter, [](stage& s) -> asio::awaitable<void> { co_await s.tx->rollback(); }},
      {"first_statement_of_a_savepoint", enter,
       [](stage& s) -> asio::awaitable<void> {
         s.savepoint.emplace(co_await s.tx->begin());
         co_await s.savepoint->execute("B");
       },
       true},
      {"release_of_a_savepoint", enter_savepoint,
       [](stage& s) -> asio::awaitable<void> { co_await s.savepoint->commit(); }},
      {"rollback_to_a_savepoint", enter_savepoint,
       [](stage& s) -> asio::awaitable<void> { co_await s.savepoint->rollback(); }},
      {"transaction_function", nothing,
       [](stage& s) -> asio::awaitable<void> {
         co_await s.db.transaction([](transaction& tx) -> asio::awaitable<void> {
           co_await tx.execute("A");
           co_await tx.execute("B");
         });
       },
       true},
      {"prepare_transaction", enter,
       [](stage& s) -> asio::awaitable<void> { co_await s.tx->prepare_transaction("x"); }},
  };
}

/// Passes on every type of cancellation, which a coroutine does not do by itself.
asio::awaitable<error_info> with_all_types(const act& run, stage& s) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  error_info failed;
  try {
    co_await run(s);
  } catch (const error& e) {
    failed = e.info();
  } catch (const boost::system::system_error& e) {  // of a coroutine's own, after it was cancelled
    failed = error_info(e.code(), e.what());
  }
  co_return failed;
}

struct when {
  std::size_t said;  ///< how much of the reply has come
  cancellation_type type;
  bool before_writing = false;  ///< in the same turn of the loop
};

struct course {
  std::string reply;
  std::vector<std::string> executed;  ///< by the operation
};

std::vector<std::string> texts(const model_server& model, std::size_t from) {
  std::vector<std::string> all;
  for (std::size_t i = from; i < model.log().size(); ++i) all.push_back(model.log()[i].text);
  return all;
}

/// Of what cleans up, whatever was done before.
bool cleans_up(std::string_view text) {
  return text.starts_with("ROLLBACK") || text.starts_with("RELEASE") || text.starts_with("UNLISTEN");
}

/// Statements that clean up come in addition.
bool is_beginning_of(std::vector<std::string> some, const std::vector<std::string>& whole) {
  while (!some.empty() && cleans_up(some.back())) some.pop_back();
  std::size_t i = 0;
  for (const std::string& text : some) {
    if (i == whole.size() || text != whole[i]) return false;
    ++i;
  }
  return true;
}

/// Of a block, not a statement of the user's.
bool opens_or_undoes(std::string_view text) { return text.starts_with("BEGIN") || cleans_up(text); }

/// What was executed, against what the operation said of it.
void check(const subject& op, const error_info& ended, const model_server& model, std::size_t before) {
  for (std::size_t i = before; i < model.log().size(); ++i) {
    const auto& [text, in_transaction] = model.log()[i];
    if (ended && ended.safe_to_retry()) {
      EXPECT_TRUE(opens_or_undoes(text)) << "safe to retry, but the server has executed " << text;
    }
    if (op.in_transaction && text.size() == 1) {
      EXPECT_TRUE(in_transaction) << text << " ran outside its transaction";
    }
  }
}

/// One run. Without `cut` the operation is left alone.
asio::awaitable<course> run_once(const subject& op, std::optional<when> cut) {
  fake_server server(co_await asio::this_coro::executor);
  connect_options options = server.options();
  options.statement_mode = statement_mode::cached;
  served s = co_await open_session(server, options);
  held_server held(server, s.peer);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, held.serve(), asio::detached);
  asio::co_spawn(executor, held.take_cancels(), asio::detached);

  course seen;
  {
    stage on{s.db};
    co_await op.before(on);
    held.allow(cut ? cut->said : everything);
    const std::size_t before = held.model.log().size();
    asio::cancellation_signal signal;
    std::optional<error_info> ended;
    asio::co_spawn(executor, with_all_types(op.run, on),
                   asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr& thrown, error_info e) {
                     if (thrown) std::rethrow_exception(thrown);
                     ended = std::move(e);
                   }));
    if (!cut || !cut->before_writing) co_await settle();
    const bool in_time = cut && !ended;
    if (in_time) {
      signal.emit(cut->type);
      co_await settle();
    }
    if (!ended) {
      ADD_FAILURE() << (cut ? "a cancelled operation has not ended" : "the operation has not ended");
      co_return seen;
    }
    if (in_time && !op.ends_by_itself) {
      EXPECT_EQ(ended->code(), asio::error::operation_aborted) << ended->what();
    } else {
      EXPECT_FALSE(*ended) << ended->what();
    }
    seen.reply = held.said;
    held.allow(everything);
    on.savepoint.reset();
    on.tx.reset();
    pending last = co_await start(s.db.ping());
    EXPECT_FALSE(co_await last.outcome()) << "the connection does not serve any more";
    seen.executed = texts(held.model, before);
    check(op, *ended, held.model, before);
  }
  EXPECT_TRUE(s.db.is_open());
  EXPECT_FALSE(held.model.in_transaction()) << "a transaction was left open";
  const auto got = co_await s.db.fetch_one<std::string>("the next statement");
  EXPECT_EQ(got, "the next statement");
  EXPECT_EQ(s.db.transaction_status(), protocol::transaction_status::idle);
  server.stop();
  s.db = connection();
  s.peer.close();
  co_await settle();
  co_return seen;
}

/// Where messages end, and two places within each.
std::set<std::size_t> places(const std::string& reply) {
  std::set<std::size_t> all{0};
  for (std::size_t at = 0; at + 5 <= reply.size();) {
    const auto length = protocol::load_be<std::uint32_t>(protocol::as_bytes(reply).data() + at + 1);
    all.insert(at + 1);
    all.insert(at + 5 + (length - 4) / 2);
    at += 1 + length;
    all.insert(at);
  }
  return all;
}

struct cancelling_at_every_step : testing::TestWithParam<subject> {};

TEST_P(cancelling_at_every_step, ends_the_operation_and_nothing_else) {
  const subject op = GetParam();
  const auto all = [&]() -> asio::awaitable<void> {
    const course whole = co_await run_once(op, std::nullopt);
    std::vector<when> cuts;
    for (const auto type : {cancellation_type::terminal, cancellation_type::partial, cancellation_type::total}) {
      cuts.push_back({0, type, true});
      for (const std::size_t place : places(whole.reply)) cuts.push_back({place, type});
    }
    for (const when& cut : cuts) {
      const std::string where =
          (cut.before_writing ? "before writing" : "after " + std::to_string(cut.said) + " bytes") + ", type " +
          std::to_string(static_cast<int>(cut.type));
      testing::ScopedTrace trace(__FILE__, __LINE__, where);
      const course seen = co_await run_once(op, cut);
      EXPECT_TRUE(is_beginning_of(seen.executed, whole.executed))
          << testing::PrintToString(seen.executed) << " of " << testing::PrintToString(whole.executed);
      for (const std::string& text : seen.executed) {
        EXPECT_TRUE(!cut.before_writing || cleans_up(text))
            << text << " was executed, and had not been sent when it was cancelled";
      }
    }
  };
  run(all);
}

INSTANTIATE_TEST_SUITE_P(of, cancelling_at_every_step, testing::ValuesIn(subjects()),
                         [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace pgcoro::test
