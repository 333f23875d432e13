// The name of a C++ type for error messages.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>

namespace pgcoro::detail {

/// What a name is made of when somebody asks; until then a type costs a program its characters.
class PGCORO_DECL cpp_name {
 public:
  /// What the codec calls the type.
  static constexpr cpp_name given(std::string_view name) noexcept { return {name, false}; }
  /// The compiler's own name of a function with a parameter T: "… [with T = int; …]" or "… [T = int]".
  static constexpr cpp_name spelled(std::string_view function) noexcept { return {function, true}; }

  constexpr cpp_name optional() const noexcept {
    cpp_name made = *this;
    made.optional_ = true;
    return made;
  }

  [[nodiscard]] std::string operator()() const;

 private:
  constexpr cpp_name(std::string_view source, bool spelled) noexcept : source_(source), spelled_(spelled) {}

  std::string_view source_;
  bool spelled_;
  bool optional_ = false;
};

/// codec<T>::name where there is one, else what the compiler calls the type.
template <class T>
constexpr cpp_name make_cpp_name() noexcept {
  if constexpr (requires { std::string_view(codec<T>::name); })
    return cpp_name::given(codec<T>::name);
  else if constexpr (!std::is_same_v<T, not_null_t<T>>)
    return make_cpp_name<not_null_t<T>>().optional();
  else
    return cpp_name::spelled(__PRETTY_FUNCTION__);
}
template <class T>
inline constexpr cpp_name cpp_name_of = make_cpp_name<T>();

}  // namespace pgcoro::detail
