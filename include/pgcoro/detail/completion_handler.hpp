// One completion handler, kept in place: no allocation, no virtual call beyond one table. It is what an operation's
// coroutine is resumed through.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace pgcoro::detail {

/// Holds a handler with the signature `void()`. Not movable: it lives where the operation lives.
class completion_handler {
 public:
  completion_handler() noexcept = default;
  completion_handler(const completion_handler&) = delete;
  completion_handler& operator=(const completion_handler&) = delete;
  ~completion_handler() {
    if (table_) table_->destroy(storage_);
  }

  explicit operator bool() const noexcept { return table_ != nullptr; }

  template <class Handler>
  void emplace(Handler&& handler) {
    using type = std::decay_t<Handler>;
    static_assert(sizeof(type) <= capacity, "completion handler too large to be kept in place");
    static_assert(alignof(type) <= alignof(std::max_align_t));
    ::new (static_cast<void*>(storage_)) type(std::forward<Handler>(handler));
    table_ = &table_of<type>;
  }

  /// Calls the handler here and now. The caller runs on the handler's executor. The handler may destroy this object.
  void invoke() { std::exchange(table_, nullptr)->invoke(storage_); }

  /// Calls the handler later, on its own executor.
  void post() { std::exchange(table_, nullptr)->post(storage_); }

  /// Destroys the handler, and with it what it would have resumed. It may destroy this object.
  void discard() { std::exchange(table_, nullptr)->discard(storage_); }

 private:
  static constexpr std::size_t capacity = 6 * sizeof(void*);

  struct operations {
    void (*invoke)(void*);
    void (*post)(void*);
    void (*discard)(void*);
    void (*destroy)(void*) noexcept;
  };

  template <class T>
  static T take(void* storage) {
    T& stored = *static_cast<T*>(storage);
    T handler(std::move(stored));
    std::destroy_at(&stored);
    return handler;
  }

  template <class T>
  static constexpr operations table_of{
      [](void* storage) { take<T>(storage)(); },
      [](void* storage) {
        T handler = take<T>(storage);
        auto executor = boost::asio::get_associated_executor(handler);
        boost::asio::post(executor, std::move(handler));
      },
      [](void* storage) { take<T>(storage); },
      [](void* storage) noexcept { static_cast<T*>(storage)->~T(); },
  };

  const operations* table_ = nullptr;
  alignas(std::max_align_t) std::byte storage_[capacity];
};

}  // namespace pgcoro::detail
