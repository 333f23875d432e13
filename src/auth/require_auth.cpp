#include "auth/require_auth.hpp"

#include <array>
#include <optional>
#include <utility>

namespace pgcoro::auth {
namespace {

struct named_method {
  std::string_view name;
  auth_method method;
};

constexpr std::array<named_method, 7> names = {{{"none", auth_method::none},
                                                {"password", auth_method::password},
                                                {"md5", auth_method::md5},
                                                {"gss", auth_method::gss},
                                                {"sspi", auth_method::sspi},
                                                {"scram-sha-256", auth_method::scram_sha_256},
                                                {"oauth", auth_method::oauth}}};

std::optional<auth_method> find_method(std::string_view name) {
  for (const named_method& known : names)
    if (known.name == name) return known.method;
  return std::nullopt;
}

constexpr std::uint32_t bit(auth_method method) { return std::uint32_t{1} << static_cast<unsigned>(method); }

error_info invalid(std::string_view list, std::string reason) {
  error_details details;
  details.code = make_error_code(errc::invalid_option);
  details.message = "require_auth=" + quoted(list) + ": " + std::move(reason);
  return error_info(std::move(details));
}

}  // namespace

std::string_view to_string(auth_method method) noexcept {
  for (const named_method& known : names)
    if (known.method == method) return known.name;
  return "other";
}

outcome<require_auth> require_auth::parse(std::string_view list) {
  if (list.empty()) return require_auth();
  const bool negated = list.front() == '!';
  std::uint32_t named = 0;
  for (std::string_view rest = list;;) {
    const std::size_t comma = rest.find(',');
    std::string_view name = rest.substr(0, comma);
    if (name.starts_with('!') != negated) return invalid(list, "methods with and without '!' do not mix");
    if (negated) name.remove_prefix(1);
    const auto method = find_method(name);
    if (!method) return invalid(list, "unknown method " + quoted(name));
    if ((named & bit(*method)) != 0) return invalid(list, "method " + quoted(name) + " comes twice");
    named |= bit(*method);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  require_auth policy;
  policy.text_ = list;
  policy.allowed_ = negated ? ~named : named;
  return policy;
}

bool require_auth::allows(auth_method method) const noexcept { return (allowed_ & bit(method)) != 0; }

}  // namespace pgcoro::auth
