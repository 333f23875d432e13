// The arguments of a query, kept until the statement's parameter types are known: one type for every pack, movable,
// small packs inline.
//
//   arguments a = arguments::binding(20, name, "x");      // `name`, an lvalue, must outlive `a`
//   arguments b = arguments::owning(20, name, "x");       // for requests that outlive the call: pipelines
//   if (error_info e = a.encode(types, bind)) return e;
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/argument_type.hpp>
#include <pgcoro/detail/constant_table.hpp>

namespace pgcoro::detail {

/// A value's type and its place in the storage of the pack.
struct argument_slot {
  const argument_type* type;
  std::size_t offset;
  std::size_t size;
};

struct argument_layout {
  constant_table<argument_slot> slots;
  std::size_t size;  ///< of the storage, in bytes
  bool trivial;      ///< copying the bytes moves the pack, and nothing has to be destroyed
};

template <std::size_t Count>
struct placed_arguments {
  argument_slot slots[Count];
  std::size_t size = 0;  ///< of the storage
};

/// Places values one behind the other. In `unplaced` the offset of each is its alignment.
template <std::size_t Count>
constexpr placed_arguments<Count> place(const argument_slot (&unplaced)[Count]) noexcept {
  placed_arguments<Count> made{};
  for (std::size_t i = 0; i < Count; ++i) {
    const std::size_t alignment = unplaced[i].offset;
    made.slots[i] = unplaced[i];
    made.slots[i].offset = (made.size + alignment - 1) / alignment * alignment;
    made.size = made.slots[i].offset + unplaced[i].size;
  }
  return made;
}

template <class... Kept>
struct argument_layout_of {
  static constexpr placed_arguments<sizeof...(Kept)> placed =
      place({argument_slot{&argument_type_of<Kept>, alignof(Kept), sizeof(Kept)}...});
  static constexpr argument_layout value{
      {placed.slots, sizeof...(Kept)}, placed.size, (argument_functions<Kept>::trivial && ...)};
};
template <>
struct argument_layout_of<> {
  static constexpr argument_layout value{{}, 0, true};
};

class PGCORO_DECL arguments {
 public:
  /// No arguments.
  arguments() noexcept : layout_(&argument_layout_of<>::value) {}

  /// Owns rvalues and small trivial lvalues, refers to other lvalues and to the characters of literals and views: these
  /// have to outlive the pack.
  template <class... A>
  [[nodiscard]] static arguments binding(A&&... values) {
    return make(keep_bound(plain(std::forward<A>(values)))...);
  }

  /// Owns everything.
  template <class... A>
  [[nodiscard]] static arguments owning(A&&... values) {
    return make(keep_owned(plain(std::forward<A>(values)))...);
  }

  /// Refers to any number of values. Each view is of a `borrowed<T>`, which is copied; what it refers to has to outlive
  /// the pack.
  [[nodiscard]] static arguments referring(std::span<const argument_view> borrowed_values);

  /// A pack that was moved from has no arguments.
  arguments(arguments&& other) noexcept : layout_(other.layout_) { take(other); }
  arguments& operator=(arguments&& other) noexcept {
    if (this == &other) return *this;
    destroy();
    layout_ = other.layout_;
    take(other);
    return *this;
  }
  ~arguments() { destroy(); }

  [[nodiscard]] std::size_t size() const noexcept { return layout_->slots.size(); }

  /// The type of each parameter as the C++ types have it, 0 where the server is to infer it: what Parse declares in
  /// mode `unnamed`, and what encode() is then to be given. `out` has size() elements.
  void declared_oids(std::span<oid> out) const noexcept;

  /// See encode_arguments().
  [[nodiscard]] error_info encode(std::span<const oid> types, protocol::bind_writer& out,
                                  const type_registry* registry = nullptr) const;

 private:
  static constexpr std::size_t inline_size = 8 * sizeof(void*);

  template <class... Kept>
  static arguments make(Kept&&... kept) {
    static_assert((std::is_nothrow_move_constructible_v<Kept> && ...),
                  "pgcoro: a parameter that is passed by value is moved, and its move constructor must not throw; "
                  "pass an lvalue, which is only referred to");
    static_assert(((alignof(Kept) <= alignof(void*)) && ...),
                  "pgcoro: a parameter that is passed by value has the alignment of a pointer at most; pass an lvalue");
    using layout = argument_layout_of<Kept...>;
    arguments made;
    [[maybe_unused]] std::byte* const at = made.prepare(layout::value);
    [[maybe_unused]] std::size_t next = 0;
    (::new (static_cast<void*>(at + layout::placed.slots[next++].offset)) Kept(std::move(kept)), ...);
    return made;
  }

  bool is_inline() const noexcept { return layout_->size <= inline_size; }
  std::byte* prepare(const argument_layout& layout) {
    if (layout.size > inline_size) heap_ = static_cast<std::byte*>(::operator new(layout.size));
    layout_ = &layout;
    return values();
  }
  std::byte* values() noexcept { return is_inline() ? inline_ : heap_; }
  const std::byte* values() const noexcept { return is_inline() ? inline_ : heap_; }

  void take(arguments& other) noexcept {
    if (layout_->trivial || !is_inline())
      std::memcpy(inline_, other.inline_, inline_size);
    else
      relocate(other);
    other.layout_ = &argument_layout_of<>::value;
  }
  void destroy() noexcept {
    if (!layout_->trivial || !is_inline()) destroy_values();
  }
  void relocate(arguments& from) noexcept;
  void destroy_values() noexcept;

  const argument_layout* layout_;
  union {
    alignas(void*) std::byte inline_[inline_size];
    std::byte* heap_;
  };
};

}  // namespace pgcoro::detail
