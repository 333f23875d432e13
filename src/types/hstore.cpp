#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/types/hstore.hpp>

namespace pgcoro::detail {
namespace {

/// The bytes of a value with its size in front; false where it is NULL, or not there.
bool read_sized(protocol::reader& in, std::string& out) {
  const std::int32_t size = in.i32();
  if (size < -1) in.fail("negative size");
  if (size < 0 || !in.ok()) return false;
  out.assign(protocol::as_text(in.bytes(static_cast<std::size_t>(size))));
  return in.ok();
}

errc append_sized_text(protocol::buffer& out, std::string_view text) {
  if (text.size() > std::numeric_limits<std::int32_t>::max()) return errc::out_of_range;
  out.append_i32(static_cast<std::int32_t>(text.size()));
  out.append(text);
  return errc{};
}

void append_quoted(protocol::buffer& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.append(text);
  quote_word(out, begin, hstore_rules);
}

}  // namespace

bool is_hstore(const value_type& type) noexcept { return is_base_type(type, "hstore"); }

std::optional<protocol::format> hstore_format(const value_type& to) noexcept {
  if (is_hstore(to)) return to.format;
  if (is_unknown_type(to.type, to.registry)) return protocol::format::text;
  return std::nullopt;
}

errc hstore_reader::open(protocol::bytes_view bytes, protocol::format format) noexcept {
  is_text_ = format == protocol::format::text;
  if (is_text_) {
    text_ = literal_reader(protocol::as_text(bytes));
    return errc{};
  }
  protocol::reader in(bytes);
  left_ = in.u32();
  rest_ = in.rest();
  return in.ok() ? errc{} : errc::invalid_value;
}

bool hstore_reader::next(std::string& key, std::optional<std::string>& value) {
  return is_text_ ? next_text(key, value) : next_binary(key, value);
}

bool hstore_reader::next_binary(std::string& key, std::optional<std::string>& value) {
  if (left_ == 0) return rest_.empty() ? false : fail();
  --left_;
  protocol::reader in(rest_);
  if (!read_sized(in, key)) return fail();  // a key is never NULL
  if (!read_sized(in, value.emplace())) value.reset();
  if (!in.ok()) return fail();
  rest_ = in.rest();
  return true;
}

bool hstore_reader::next_text(std::string& key, std::optional<std::string>& value) {
  if (text_.at_end()) return false;
  if (!first_ && !text_.skip(", ")) return fail();
  first_ = false;
  literal_word word;
  if (!text_.word(hstore_rules, word) || !word.quoted) return fail();
  key.assign(word.text);
  if (!text_.skip("=>") || !text_.word(hstore_rules, word)) return fail();
  if (word.quoted)
    value.emplace(word.text);
  else if (word.text == "NULL")
    value.reset();
  else
    return fail();
  return true;
}

errc append_hstore_pair(protocol::buffer& out, std::string_view key, const std::string* value) {
  if (const errc e = append_sized_text(out, key); e != errc{}) return e;
  if (value != nullptr) return append_sized_text(out, *value);
  out.append_i32(-1);
  return errc{};
}

void append_hstore_text(protocol::buffer& out, std::string_view key, const std::string* value, bool first) {
  if (!first) out.append(", ");
  append_quoted(out, key);
  out.append("=>");
  if (value != nullptr)
    append_quoted(out, *value);
  else
    out.append("NULL");
}

}  // namespace pgcoro::detail
