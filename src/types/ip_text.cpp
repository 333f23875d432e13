#include "types/ip_text.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cstddef>
#include <span>
#include <sys/socket.h>

namespace pgcoro::detail {
namespace {

constexpr std::size_t group_count = 8;

void append_number(std::string& out, unsigned value, int base) {
  char digits[8];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

void append_v4(std::string& out, std::span<const std::uint8_t, 4> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) out.push_back('.');
    append_number(out, bytes[i], 10);
  }
}

/// Of the eight groups of an IPv6 address those that "::" stands for: the first of the longest runs of zeros, if that
/// is longer than one group.
struct zero_run {
  std::size_t begin = group_count;
  std::size_t size = 0;
};

class v6_groups {
 public:
  explicit v6_groups(const std::array<std::uint8_t, 16>& bytes) noexcept {
    for (std::size_t i = 0; i < group_count; ++i) groups_[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
  }
  unsigned operator[](std::size_t i) const noexcept { return groups_[i]; }

  zero_run longest_zeros() const noexcept {
    zero_run best;
    for (std::size_t begin = 0; begin < group_count; ++begin) {
      std::size_t end = begin;
      while (end < group_count && groups_[end] == 0) ++end;
      if (end - begin > 1 && end - begin > best.size) best = {begin, end - begin};
    }
    return best;
  }

 private:
  std::array<unsigned, group_count> groups_{};
};

/// Whether the last two groups are written as an IPv4 address: ::1.2.3.4 and ::ffff:1.2.3.4.
bool ends_in_v4(const v6_groups& groups, const zero_run& zeros) noexcept {
  return zeros.begin == 0 && (zeros.size == 6 || (zeros.size == 5 && groups[5] == 0xffff));
}

void append_v6(std::string& out, const std::array<std::uint8_t, 16>& bytes) {
  const v6_groups groups(bytes);
  const zero_run zeros = groups.longest_zeros();
  const bool with_v4 = ends_in_v4(groups, zeros);
  const std::size_t zeros_end = zeros.begin + zeros.size;
  for (std::size_t i = 0; i < group_count; ++i) {
    if (i >= zeros.begin && i < zeros_end) {
      if (i == zeros.begin) out.push_back(':');
      continue;
    }
    if (i != 0) out.push_back(':');
    if (with_v4 && i == 6) return append_v4(out, std::span(bytes).last<4>());
    append_number(out, groups[i], 16);
  }
  if (zeros_end == group_count && zeros.size != 0) out.push_back(':');
}

}  // namespace

void append_address(std::string& out, const inet& value) {
  if (value.is_v6)
    append_v6(out, value.bytes);
  else
    append_v4(out, std::span(value.bytes).first<4>());
}

bool parse_address(std::string_view text, inet& out) noexcept {
  char terminated[INET6_ADDRSTRLEN];  // the longest address, and its NUL
  if (text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) return false;
  terminated[text.copy(terminated, text.size())] = '\0';
  out = {};
  out.is_v6 = text.find(':') != std::string_view::npos;
  out.prefix_length = static_cast<std::uint8_t>(out.address_bits());
  return ::inet_pton(out.is_v6 ? AF_INET6 : AF_INET, terminated, out.bytes.data()) == 1;
}

}  // namespace pgcoro::detail
