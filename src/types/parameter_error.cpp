#include <pgcoro/detail/arguments.hpp>

namespace pgcoro::detail {
namespace {

std::string counted(std::size_t n, std::string_view noun) {
  std::string text = std::to_string(n).append(" ").append(noun);
  if (n != 1) text.push_back('s');
  return text;
}

}  // namespace

error_info parameter_error(encode_failure failure, std::span<const oid> types, std::size_t arguments,
                           std::string_view cpp_type, std::string_view value) {
  error_details details;
  details.code = failure.code;
  details.safe_to_retry = true;
  if (failure.code == errc::parameter_count_mismatch) {
    details.message = "the statement has " + counted(types.size(), "parameter") + ", " +
                      counted(arguments, "argument") + (arguments == 1 ? " was given" : " were given");
    return error_info(std::move(details));
  }
  details.column = "$" + std::to_string(failure.parameter + 1);
  const oid type = types[failure.parameter];
  const std::string to = type == 0 ? "a type that the server infers" : type_name(type);
  std::string& message = details.message;
  message.append("parameter ").append(details.column).append(" (").append(cpp_type).append(" → ").append(to);
  message.append("): ");
  if (failure.code == errc::out_of_range && !value.empty())
    message.append("value ").append(value).append(" is out of range");
  else if (failure.code == errc::type_mismatch)
    message.append("no conversion");
  else
    message.append(boost::system::error_code(failure.code).message());
  return error_info(std::move(details));
}

}  // namespace pgcoro::detail
