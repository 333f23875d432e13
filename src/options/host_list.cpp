#include "options/host_list.hpp"

#include <cstddef>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "options/option_values.hpp"
#include "options/text_file.hpp"

namespace pgcoro::detail {
namespace {

constexpr std::uint16_t default_port = 5432;

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> elements;
  for (;;) {
    const std::size_t comma = list.find(',');
    elements.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return elements;
    list.remove_prefix(comma + 1);
  }
}

std::string counted(std::size_t count, std::string_view option) {
  return std::to_string(count) + (count == 1 ? " value" : " values") + " in " + std::string(option);
}

bool is_numeric_address(const std::string& text) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(text.c_str(), nullptr, &hints, &found) != 0) return false;
  ::freeaddrinfo(found);
  return true;
}

option_result<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty()) return default_port;
  const std::optional<int> port = parse_integer(text);
  if (!port || *port < 1 || *port > 65535) return invalid_option("port: must be a number from 1 to 65535");
  return static_cast<std::uint16_t>(*port);
}

/// One for all, or one for each.
option_result<std::vector<std::uint16_t>> parse_ports(std::string_view list, std::size_t hosts) {
  std::vector<std::uint16_t> ports;
  const auto texts = split(list);
  if (texts.size() != 1 && texts.size() != hosts) {
    return invalid_option(counted(texts.size(), "port") + " for " + counted(hosts, "host or hostaddr"));
  }
  for (const std::string_view text : texts) {
    const auto port = parse_port(text);
    if (!port) return port.error();
    ports.push_back(*port);
  }
  ports.resize(hosts, ports.front());
  return ports;
}

std::string socket_in(const std::string& directory, std::uint16_t port) {
  return directory + "/.s.PGSQL." + std::to_string(port);
}

/// Where nobody said where: the directory in which a server's socket lies, else localhost.
std::string default_host(std::uint16_t port, const environment& env) {
  for (const std::string& directory : env.socket_directories) {
    if (file_exists(socket_in(directory, port))) return directory;
  }
  return "localhost";
}

error_info complete(host_entry& entry, const environment& env) {
  if (!entry.hostaddr.empty()) {
    if (is_numeric_address(entry.hostaddr)) return {};
    return invalid_option("hostaddr: must be an IPv4 or IPv6 address in numbers");
  }
  if (entry.host.empty()) entry.host = default_host(entry.port, env);
  if (!entry.host.starts_with('/') && !entry.host.starts_with('@')) return {};
  entry.socket_path = socket_in(entry.host, entry.port);
  if (entry.socket_path.size() < sizeof(sockaddr_un::sun_path)) return {};
  return invalid_option("host: the path of the Unix socket is longer than " +
                        std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes");
}

}  // namespace

option_result<std::vector<host_entry>> make_hosts(std::string_view host, std::string_view hostaddr,
                                                  std::string_view port, const environment& env) {
  const auto names = split(host);
  const auto addresses = split(hostaddr);
  const std::size_t count = hostaddr.empty() ? names.size() : addresses.size();
  if (!hostaddr.empty() && !host.empty() && names.size() != count) {
    return invalid_option(counted(names.size(), "host") + " for " + counted(count, "hostaddr"));
  }
  const auto ports = parse_ports(port, count);
  if (!ports) return ports.error();

  std::vector<host_entry> entries(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!host.empty()) entries[i].host = names[i];
    if (!hostaddr.empty()) entries[i].hostaddr = addresses[i];
    entries[i].port = (*ports)[i];
    if (error_info error = complete(entries[i], env)) return error;
  }
  return entries;
}

std::string host_entry::label() const {
  if (is_unix_socket()) return socket_path;
  const std::string& name = host.empty() ? hostaddr : host;
  const std::string address = host.empty() || hostaddr.empty() || host == hostaddr ? "" : " (" + hostaddr + ")";
  const bool brackets = address.empty() && name.find(':') != std::string::npos;
  return (brackets ? "[" + name + "]" : name + address) + ":" + std::to_string(port);
}

}  // namespace pgcoro::detail
