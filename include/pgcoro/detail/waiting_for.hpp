// What `co_await` takes where a coroutine waits for an object of ours: `Initiation` is called with the completion
// handler, of the signature `void()`, and the object.
#pragma once

#include <boost/asio/async_result.hpp>
#include <type_traits>

namespace pgcoro::detail {

template <class Initiation, class Target>
class waiting_for {
 public:
  explicit waiting_for(Target* target) noexcept : target_(target) {}

  // Asio asks with a pointer too, whether this is one of its own functions; a token is none.
  template <class Token>
    requires(!std::is_pointer_v<std::remove_reference_t<Token>>)
  auto operator()(Token&& token) {
    return boost::asio::async_initiate<Token, void()>(Initiation{}, token, target_);
  }

 private:
  Target* target_;
};

}  // namespace pgcoro::detail
