#include <pgcoro/detail/cpp_name.hpp>

namespace pgcoro::detail {
namespace {

std::string_view type_in(std::string_view function) noexcept {
  constexpr std::string_view before = "T = ";
  const std::size_t begin = function.find(before) + before.size();
  return function.substr(begin, function.find_first_of(";]", begin) - begin);
}

}  // namespace

std::string cpp_name::operator()() const {
  std::string name(optional_ ? "optional " : "");
  return name.append(spelled_ ? type_in(source_) : source_);
}

}  // namespace pgcoro::detail
