// The name of a C++ type for error messages.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <pgcoro/codec.hpp>

namespace pgcoro::detail {

template <class T>
constexpr std::string_view spelled_by_the_compiler() noexcept {
  constexpr std::string_view function = __PRETTY_FUNCTION__;  // "… [with T = int; …]" or "… [T = int]"
  constexpr std::size_t begin = function.find("T = ") + 4;
  return function.substr(begin, function.find_first_of(";]", begin) - begin);
}

/// codec<T>::name where there is one, else what the compiler calls the type.
template <class T>
std::string cpp_name() {
  if constexpr (requires { std::string_view(codec<T>::name); })
    return std::string(codec<T>::name);
  else if constexpr (!std::is_same_v<T, not_null_t<T>>)
    return "optional " + cpp_name<not_null_t<T>>();
  else
    return std::string(spelled_by_the_compiler<T>());
}

using cpp_name_function = std::string (*)();

}  // namespace pgcoro::detail
