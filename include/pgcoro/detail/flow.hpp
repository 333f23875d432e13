// What lives between one `co_await` and the next: a reply that is taken, or a COPY that is given, piece by piece. Base
// of row streams, COPY and replication.
//
//   auto state = std::make_shared<some_flow>(core, …);       // the user's handle keeps it, as a flow_handle
//   co_await flow_wait(*state, flow::until::open).done();    // starts its request; an error of the statement is here
//   co_await flow_wait(*state, flow::until::data).done();    // the next batch
//
// A flow owns its request; a wait is a short operation, cancelled and bounded like every other, and ends without harm
// to the flow: what has come meanwhile is there for the next wait. Between two waits the session is paused, so that
// what was handed over stays as it is. One flow is open on a connection at a time; other operations fail with
// `errc::connection_busy` meanwhile. A handle that is destroyed early gives the request up: what is left of the reply
// is drained in the background, and cancelled if that takes long.
#pragma once

#include <memory>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {

class flow_wait;

/// It is an operation, so that its request may belong to it; only its waits are ever awaited.
class PGCORO_DECL flow : public operation, public std::enable_shared_from_this<flow> {
 public:
  enum class until : unsigned char {
    open,     ///< the server has begun to answer as was expected
    data,     ///< there is a batch, or the end
    drained,  ///< what was given is on its way
    end,      ///< the request has completed
  };

  virtual ~flow() = default;

  using operation::connection;
  duration timeout() const noexcept { return timeout_; }

  // For whoever holds the flow, between waits.

  /// The request has completed.
  bool ended() const noexcept { return ended_; }
  /// Why it failed, once it has ended.
  const error_info& failure() const noexcept { return failure_; }

  /// What a handle's destructor does; on any thread.
  static void drop(std::shared_ptr<flow> dropped) noexcept;

  // For the connection, on its executor.

  /// The session has received what there was, or as much as it was to take.
  void received();
  /// The output may have drained.
  void written();
  /// The connection is to be closed.
  void give_up(error_info why);
  /// To be let go when the flow has ended: the connection, where it is a pool's.
  void keep(std::shared_ptr<void> what) noexcept { kept_ = std::move(what); }

 protected:
  /// `timeout`: of each wait.
  flow(std::shared_ptr<connection_core> core, duration timeout) noexcept
      : operation(std::move(core)), timeout_(timeout) {}

  // What the kinds of flow say. Called on the connection's executor.

  /// Acquires, fills and submits the request, whose owner is this as an operation. Null: `why` it cannot be.
  virtual request* open(error_info& why) = 0;
  /// Whether the open wait is over before the request has ended.
  virtual bool is_open() const = 0;
  /// Whether there is a batch.
  virtual bool has_data() const { return false; }
  /// The batch that was handed over is no longer used.
  virtual void next_batch() {}
  /// The batch lies in the receive buffer: nothing more may come before it was used.
  virtual bool refers_to_input() const { return false; }
  /// CopyData messages that are to go, whole; null where there never are any.
  virtual protocol::buffer* outgoing() { return nullptr; }
  /// Nothing more will be given: CopyDone follows what is outgoing.
  virtual bool gives_end() const { return false; }
  /// The request has completed. The answer is what has failed.
  virtual error_info completed(request& r);

  /// Sends what is outgoing without waiting, on the connection's executor; what the socket does not take follows later.
  void post();

 private:
  friend class flow_wait;

  void submit() final {}
  bool complete(request& r) final;

  void wait(flow_wait& w);
  void wait_for_open();
  void wait_for_data();
  void forget(const flow_wait& w) noexcept;
  void push_out();
  void release();
  void end(error_info why);
  void end_reader();
  void end_wait(flow_wait*& w, error_info outcome);

  request* request_ = nullptr;
  flow_wait* reader_ = nullptr;  // open, data
  flow_wait* writer_ = nullptr;  // drained, end
  duration timeout_;
  error_info failure_;
  std::shared_ptr<void> kept_;
  bool ended_ = false;
  bool handed_over_ = false;
  bool posted_ = false;
};

/// Lives in the frame of the coroutine that waits.
class PGCORO_DECL flow_wait final : public operation {
 public:
  flow_wait(flow& of, flow::until what) noexcept : operation(of.connection(), of.timeout()), flow_(of), what_(what) {}

 private:
  friend class flow;

  void submit() override { flow_.wait(*this); }
  bool complete(request&) override { return true; }
  void aborted() override { flow_.forget(*this); }
  bool passes_flow() const override { return true; }

  flow& flow_;
  flow::until what_;
};

/// What the user holds, moved and not copied.
template <class Flow>
class flow_handle {
 public:
  flow_handle() noexcept = default;
  explicit flow_handle(std::shared_ptr<Flow> held) noexcept : flow_(std::move(held)) {}
  flow_handle(flow_handle&&) noexcept = default;
  flow_handle& operator=(flow_handle&& other) noexcept {
    flow_handle(std::move(other)).flow_.swap(flow_);
    return *this;
  }
  ~flow_handle() {
    if (flow_) flow::drop(std::move(flow_));
  }

  Flow* operator->() const noexcept { return flow_.get(); }
  Flow& operator*() const noexcept { return *flow_; }
  explicit operator bool() const noexcept { return flow_ != nullptr; }

 private:
  std::shared_ptr<Flow> flow_;
};

}  // namespace pgcoro::detail
