// What json and jsonb look like on the wire; free of Boost.JSON, so that who does not use it need not link it.
#include <pgcoro/detail/json_wire.hpp>
#include <pgcoro/protocol/buffer.hpp>

namespace pgcoro::detail {
namespace {

constexpr std::byte jsonb_version{1};

/// jsonb and jsonpath, whose binary format is their text behind a version.
bool has_version(const value_type& type) noexcept {
  return type.format == protocol::format::binary && type.type != oids::json;
}

}  // namespace

bool is_json_type(oid type) noexcept { return type == oids::jsonb || type == oids::json; }

errc json_text(protocol::bytes_view bytes, const value_type& from, std::string_view& out) noexcept {
  if (has_version(from)) {
    if (bytes.empty() || bytes.front() != jsonb_version) return errc::invalid_value;
    bytes = bytes.subspan(1);
  }
  out = protocol::as_text(bytes);
  return errc{};
}

bool json_format(const value_type& to, protocol::format& out) noexcept {
  out = is_json_type(to.type) ? to.format : protocol::format::text;
  return is_json_type(to.type) || is_open_type(to.type) || is_text_type(to.type);
}

void write_json(std::string_view text, protocol::buffer& out, const value_type& to) {
  if (to.type == oids::jsonb && to.format == protocol::format::binary) out.append({&jsonb_version, 1});
  out.append(text);
}

}  // namespace pgcoro::detail
