// hstore as a map: std::map or std::unordered_map from std::string to std::optional<std::string>, or to std::string
// where no value is NULL.
//
//   using hstore = std::map<std::string, std::optional<std::string>>;
//   auto attributes = co_await db.fetch_one<hstore>("SELECT attributes FROM things WHERE id = $1", id);
//
// The type is known by its name, in whatever schema the extension was put.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <pgcoro/codec.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/literal.hpp>

namespace pgcoro {
namespace detail {

/// Whether the type is hstore, by name.
PGCORO_DECL bool is_hstore(const value_type& type) noexcept;
/// Binary where the type is hstore, text where nobody has looked it up; nothing where it is another.
PGCORO_DECL std::optional<protocol::format> hstore_format(const value_type& to) noexcept;

/// Binary: a count, then keys and values with their sizes (hstore_send). Text: "a"=>"1", "b"=>NULL (hstore_out).
class PGCORO_DECL hstore_reader {
 public:
  errc open(protocol::bytes_view bytes, protocol::format format) noexcept;
  /// The next pair; false after the last one, and where the bytes are none.
  bool next(std::string& key, std::optional<std::string>& value);
  [[nodiscard]] errc finish() const noexcept { return failure_; }

 private:
  bool next_binary(std::string& key, std::optional<std::string>& value);
  bool next_text(std::string& key, std::optional<std::string>& value);
  bool fail() noexcept {
    failure_ = errc::invalid_value;
    return false;
  }

  protocol::bytes_view rest_;
  literal_reader text_;
  std::uint32_t left_ = 0;
  bool is_text_ = false;
  bool first_ = true;
  errc failure_{};
};

/// `value` null: NULL.
PGCORO_DECL errc append_hstore_pair(protocol::buffer& out, std::string_view key, const std::string* value);
PGCORO_DECL void append_hstore_text(protocol::buffer& out, std::string_view key, const std::string* value, bool first);

template <class Map>
struct hstore_codec {
  static constexpr bool binary_where_known = true;

  static decode_function<Map> decoder(const value_type& from) noexcept { return is_hstore(from) ? &read : nullptr; }
  static encoding<Map> encoder(const value_type& to) noexcept {
    const std::optional<protocol::format> as = hstore_format(to);
    if (!as) return {};
    return {*as, *as == protocol::format::binary ? &write_binary : &write_text};
  }

 private:
  using mapped = typename Map::mapped_type;

  static errc read(protocol::bytes_view bytes, Map& out, const value_type& from) {
    out.clear();
    hstore_reader in;
    if (const errc e = in.open(bytes, from.format); e != errc{}) return e;
    std::string key;
    std::optional<std::string> value;
    while (in.next(key, value)) {
      if constexpr (std::same_as<mapped, std::string>) {
        if (!value) return errc::unexpected_null;
        out.insert_or_assign(std::move(key), std::move(*value));
      } else {
        out.insert_or_assign(std::move(key), std::move(value));
      }
    }
    return in.finish();
  }

  static const std::string* held(const std::string& value) noexcept { return &value; }
  static const std::string* held(const std::optional<std::string>& value) noexcept { return value ? &*value : nullptr; }

  static errc write_binary(const Map& map, protocol::buffer& out, const value_type&) {
    if (map.size() > std::numeric_limits<std::int32_t>::max()) return errc::out_of_range;
    out.append_i32(static_cast<std::int32_t>(map.size()));
    for (const auto& [key, value] : map)
      if (const errc e = append_hstore_pair(out, key, held(value)); e != errc{}) return e;
    return errc{};
  }

  static errc write_text(const Map& map, protocol::buffer& out, const value_type&) {
    bool first = true;
    for (const auto& [key, value] : map) append_hstore_text(out, key, held(value), std::exchange(first, false));
    return errc{};
  }
};

template <class T>
concept hstore_value = std::same_as<T, std::string> || std::same_as<T, std::optional<std::string>>;

}  // namespace detail

template <detail::hstore_value Value, class... Rest>
struct codec<std::map<std::string, Value, Rest...>> : detail::hstore_codec<std::map<std::string, Value, Rest...>> {};

template <detail::hstore_value Value, class... Rest>
struct codec<std::unordered_map<std::string, Value, Rest...>>
    : detail::hstore_codec<std::unordered_map<std::string, Value, Rest...>> {};

}  // namespace pgcoro
