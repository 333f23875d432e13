// Memory for passwords and keys, wiped before it goes back to the heap.
//
//   secret password = copied;      // from a string_view
//   password.view();               // valid while `password` lives and is not changed
#pragma once

#include <cstddef>
#include <memory>
#include <openssl/crypto.h>
#include <string_view>
#include <vector>

namespace pgcoro::auth {

/// Wipes what it gives back, so that a container that grows, moves or dies leaves no copy behind.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() noexcept = default;
  template <class U>
  wiping_allocator(const wiping_allocator<U>&) noexcept {}

  T* allocate(std::size_t n) { return std::allocator<T>{}.allocate(n); }
  void deallocate(T* memory, std::size_t n) noexcept {
    OPENSSL_cleanse(memory, n * sizeof(T));
    std::allocator<T>{}.deallocate(memory, n);
  }

  friend bool operator==(const wiping_allocator&, const wiping_allocator&) noexcept { return true; }
};

/// Text or bytes that must not outlive their use. A vector below, not a string: a short string would live outside the
/// allocator's reach. A moved-from secret is empty.
class secret {
 public:
  secret() noexcept = default;
  secret(std::string_view text) : bytes_(text.begin(), text.end()) {}

  std::string_view view() const noexcept { return {bytes_.data(), bytes_.size()}; }
  const unsigned char* data() const noexcept { return reinterpret_cast<const unsigned char*>(bytes_.data()); }
  std::size_t size() const noexcept { return bytes_.size(); }
  bool empty() const noexcept { return bytes_.empty(); }

  void append(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }
  void push_back(char c) { bytes_.push_back(c); }
  void reserve(std::size_t n) { bytes_.reserve(n); }

  /// Takes the same time wherever they differ.
  friend bool operator==(const secret& a, const secret& b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
  }

 private:
  std::vector<char, wiping_allocator<char>> bytes_;
};

}  // namespace pgcoro::auth
