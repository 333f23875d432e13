#include <boost/system/result.hpp>

#include <pgcoro/connect_options.hpp>

#include "options/conninfo.hpp"
#include "options/option_table.hpp"

namespace pgcoro {

connect_options::connect_options() = default;
connect_options::connect_options(const connect_options&) = default;
connect_options::connect_options(connect_options&&) noexcept = default;
connect_options& connect_options::operator=(const connect_options&) = default;
connect_options& connect_options::operator=(connect_options&&) noexcept = default;
connect_options::~connect_options() = default;

connect_options::connect_options(std::string_view dsn) : connect_options(parse(dsn).value()) {}
connect_options::connect_options(const std::string& dsn) : connect_options(std::string_view(dsn)) {}
connect_options::connect_options(const char* dsn) : connect_options(std::string_view(dsn)) {}

boost::system::result<connect_options, error_info> connect_options::parse(std::string_view dsn) {
  const auto settings = detail::parse_conninfo(dsn);
  if (!settings) return settings.error();
  connect_options options;
  for (const detail::conninfo_setting& setting : *settings) {
    if (error_info error = options.set(setting.name, setting.value)) return error;
  }
  return options;
}

error_info connect_options::set(std::string_view name, std::string_view value) {
  const detail::option_entry* option = detail::find_option(name);
  return option != nullptr ? detail::store_option(*this, *option, value) : detail::unknown_option(name);
}

}  // namespace pgcoro
