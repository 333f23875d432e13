// The arguments of a query, kept until the statement's parameter types are known: one type for every pack, movable,
// small packs inline.
//
//   arguments a = arguments::binding(20, name, "x");      // `name`, an lvalue, must outlive `a`
//   arguments b = arguments::owning(20, name, "x");       // for requests that outlive the call: pipelines
//   if (error_info e = a.encode(types, bind)) return e;
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include <pgcoro/detail/argument_pack.hpp>

namespace pgcoro::detail {

class arguments {
 public:
  /// No arguments.
  arguments() noexcept : operations_(&operations_of<>) {}

  /// Owns rvalues and small trivial lvalues, refers to other lvalues and to the characters of literals and views: these
  /// have to outlive the pack.
  template <class... A>
  [[nodiscard]] static arguments binding(A&&... values) {
    return arguments(std::in_place, keep_bound(plain(std::forward<A>(values)))...);
  }

  /// Owns everything.
  template <class... A>
  [[nodiscard]] static arguments owning(A&&... values) {
    return arguments(std::in_place, keep_owned(plain(std::forward<A>(values)))...);
  }

  /// A pack that was moved from has no arguments.
  arguments(arguments&& other) noexcept : operations_(other.operations_) { take(other); }
  arguments& operator=(arguments&& other) noexcept {
    if (this == &other) return *this;
    destroy();
    operations_ = other.operations_;
    take(other);
    return *this;
  }
  ~arguments() { destroy(); }

  [[nodiscard]] std::size_t size() const noexcept { return operations_->declared.size(); }

  /// The type of each parameter as the C++ types have it, 0 where the server is to infer it: what Parse declares in
  /// mode `unnamed`, and what encode() is then to be given.
  [[nodiscard]] std::span<const oid> declared_oids() const noexcept { return operations_->declared; }
  /// The same, copied to `out`, which has size() elements.
  void declared_oids(std::span<oid> out) const noexcept { std::ranges::copy(declared_oids(), out.begin()); }

  /// Writes all values as parameters of the given types. parameter_count_mismatch, type_mismatch or out_of_range, each
  /// naming the parameter; `out` is then to be dropped. On success nothing is allocated but room in the output.
  [[nodiscard]] error_info encode(std::span<const oid> types, protocol::bind_writer& out,
                                  const type_registry* registry = nullptr) const {
    const encode_failure failure = operations_->encode(storage_, types, registry, out);
    if (!failure) [[likely]]
      return {};
    out.fail(failure.code);
    return operations_->explain(storage_, failure, types);
  }

 private:
  template <class... T>
  explicit arguments(std::in_place_t, T&&... kept) : operations_(&operations_of<T...>) {
    argument_pack<T...>::construct(storage_, std::move(kept)...);
  }

  void take(arguments& other) noexcept {
    if (operations_->relocate == nullptr)
      storage_ = other.storage_;
    else
      operations_->relocate(storage_, other.storage_);
    other.operations_ = &operations_of<>;
  }

  void destroy() noexcept {
    if (operations_->destroy != nullptr) operations_->destroy(storage_);
  }

  const argument_operations* operations_;
  argument_storage storage_;
};

}  // namespace pgcoro::detail
