// Arbitrary bytes as a value of each type, in binary and as text. What a codec reads it must write again, where its
// limits allow, and read back as the same value; in the other format, too; and so must the text that to_string()
// writes.
//
// The first byte of the input chooses the codec and the PostgreSQL type, the second the format.
#include <bitset>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/types/array.hpp>
#include <pgcoro/types/asio_address.hpp>
#include <pgcoro/types/basic.hpp>
#include <pgcoro/types/bit_string.hpp>
#include <pgcoro/types/chrono.hpp>
#include <pgcoro/types/geometric.hpp>
#include <pgcoro/types/json.hpp>
#include <pgcoro/types/money.hpp>
#include <pgcoro/types/network.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/range.hpp>
#include <pgcoro/types/system.hpp>
#include <pgcoro/types/text_search.hpp>
#include <pgcoro/types/uuid.hpp>

namespace {

using namespace pgcoro;
using protocol::bytes_view;
using protocol::format;

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// Bytes, in the format that the encoder chose.
struct encoded {
  format in = format::text;
  std::string bytes;
};

/// None where T is not sent so, or this value is beyond what the server takes.
template <class T>
std::optional<encoded> encode(const T& value, const value_type& to) {
  const encoding<T> chosen = codec<T>::encoder(to);
  if (!chosen) return std::nullopt;
  require(to.format == format::binary || chosen.format == format::text);
  protocol::buffer out;
  const errc failure = chosen.write(value, out, to);
  require(failure == errc{} || failure == errc::out_of_range);
  if (failure != errc{}) return std::nullopt;
  return encoded{chosen.format, std::string(protocol::as_text(out.data()))};
}

template <class T>
T decode_again(const encoded& from, oid type) {
  const value_type again{type, from.in};
  const decode_function<T> decoder = codec<T>::decoder(again);
  require(decoder != nullptr);
  T value{};
  require(decoder(protocol::as_bytes(from.bytes), value, again) == errc{});
  return value;
}

template <class T>
void check_encoding(const T& value, oid type, format in) {
  const std::optional<encoded> first = encode(value, {type, in});
  if (!first) return;
  const std::optional<encoded> second = encode(decode_again<T>(*first, type), {type, in});
  require(second && second->in == first->in && second->bytes == first->bytes);
}

template <class T>
concept has_text = requires(const T& value, T& out) {
  { to_string(value) } -> std::convertible_to<std::string>;
  { parse(std::string_view(), out) } -> std::same_as<errc>;
};

template <class T>
void check_text(const T& value, oid type) {
  if constexpr (has_text<T>) {
    const value_type in_text{type, format::text};
    if (codec<T>::encoder(in_text) && !encode(value, in_text)) return;  // an array of what is beyond limits has no text
    const std::string text = to_string(value);
    T parsed{};
    require(parse(text, parsed) == errc{});
    require(to_string(parsed) == text);
  }
}

/// A std::string reads the text from the same bytes.
template <class T>
void check_rendering([[maybe_unused]] const T& value, bytes_view bytes, const value_type& from) {
  if constexpr (has_text<T>) {
    std::string text;
    const decode_function<std::string> render = codec<std::string>::decoder(from);
    if (from.format == format::text || render == nullptr || detail::is_text_type(from.type)) return;
    if (render(bytes, text, from) == errc{} && from.type == codec<T>::declared_oid) require(text == to_string(value));
  }
}

/// What a decoder may say of bytes. Those of an array say of which type the elements are, and which are NULL.
bool is_verdict(errc e) {
  return e == errc{} || e == errc::invalid_value || e == errc::out_of_range || e == errc::type_mismatch ||
         e == errc::unexpected_null;
}

template <class T>
void read_and_write(bytes_view bytes, oid type, format in) {
  const value_type from{type, in};
  const decode_function<T> decoder = codec<T>::decoder(from);
  if (decoder == nullptr) return;
  T value{};
  const errc verdict = decoder(bytes, value, from);
  require(is_verdict(verdict));
  if (verdict != errc{}) return;
  check_encoding(value, type, format::binary);
  check_encoding(value, type, format::text);
  check_text(value, type);
  check_rendering(value, bytes, from);
}

/// Not written again: Boost.JSON reads a double to within its last place only.
template <class T>
void read_alone(bytes_view bytes, oid type, format in) {
  const value_type from{type, in};
  T value{};
  require(is_verdict(codec<T>::decoder(from)(bytes, value, from)));
}

struct entry {
  oid type;
  void (*check)(bytes_view bytes, oid type, format in);
};

template <class T>
constexpr entry of(oid type) {
  return {type, &read_and_write<T>};
}

template <class T>
using elements = array<std::optional<T>>;

// New ones at the end, so that the kept inputs keep their meaning. bool is not here: it is sent as "true" and read as
// "t", each as the server has it.
constexpr entry entries[] = {
    of<std::int8_t>(oids::int2),
    of<std::int16_t>(oids::int8),
    of<std::uint32_t>(oids::oid_),
    of<std::int32_t>(oids::int4),
    of<std::int64_t>(oids::int8),
    of<std::uint64_t>(oids::numeric),
    of<std::uint64_t>(oids::xid8),
    of<float>(oids::float4),
    of<double>(oids::float8),
    of<double>(oids::numeric),
    of<std::string>(oids::text),
    of<std::string>(oids::bytea),
    of<std::vector<std::byte>>(oids::bytea),
    of<numeric>(oids::numeric),
    of<money>(oids::money),
    of<inet>(oids::inet),
    of<inet>(oids::cidr),
    of<cidr>(oids::cidr),
    of<cidr>(oids::inet),
    of<boost::asio::ip::address>(oids::inet),
    of<boost::asio::ip::network_v4>(oids::cidr),
    of<boost::asio::ip::network_v6>(oids::inet),
    of<macaddr>(oids::macaddr),
    of<macaddr8>(oids::macaddr8),
    of<point>(oids::point),
    of<line>(oids::line),
    of<lseg>(oids::lseg),
    of<box>(oids::box),
    of<path>(oids::path),
    of<polygon>(oids::polygon),
    of<circle>(oids::circle),
    of<bit_string>(oids::varbit),
    of<std::bitset<11>>(oids::bit),
    of<xid>(oids::xid),
    of<xid8>(oids::xid8),
    of<cid>(oids::cid),
    of<lsn>(oids::pg_lsn),
    of<tid>(oids::tid),
    of<quoted_char>(oids::char_),
    of<transaction_snapshot>(oids::pg_snapshot),
    of<tsvector>(oids::tsvector),
    of<tsquery>(oids::tsquery),
    of<elements<std::int32_t>>(oids::int4_array),
    of<elements<std::string>>(oids::text_array),
    of<elements<numeric>>(oids::numeric_array),
    of<elements<box>>(oids::box_array),
    of<elements<inet>>(oids::inet_array),
    of<elements<tsquery>>(oids::tsquery_array),
    of<std::vector<std::int32_t>>(oids::int4_array),
    of<std::vector<std::vector<std::optional<std::string>>>>(oids::text_array),
    of<std::vector<std::int16_t>>(oids::int2vector),
    of<range<std::int32_t>>(oids::int4range),
    of<range<numeric>>(oids::numrange),
    of<multirange<std::int64_t>>(oids::int8multirange),
    of<elements<range<std::int32_t>>>(oids::int4range_array),
    of<std::chrono::sys_days>(oids::date),
    of<std::chrono::year_month_day>(oids::date),
    of<postgres_time>(oids::timestamptz),
    of<postgres_local_time>(oids::timestamp),
    of<std::chrono::sys_time<std::chrono::microseconds>>(oids::timestamptz),
    of<std::chrono::microseconds>(oids::time),
    of<std::chrono::hh_mm_ss<std::chrono::microseconds>>(oids::time),
    of<time_with_zone>(oids::timetz),
    of<interval>(oids::interval),
    of<std::chrono::seconds>(oids::interval),
    of<range<postgres_time>>(oids::tstzrange),
    of<boost::uuids::uuid>(oids::uuid),
    of<std::string>(oids::jsonb),
    {oids::json, &read_alone<boost::json::value>},
    {oids::jsonb, &read_alone<boost::json::value>},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const bytes_view bytes{reinterpret_cast<const std::byte*>(data + 2), size - 2};
  const entry& chosen = entries[data[0] % std::size(entries)];
  chosen.check(bytes, chosen.type, data[1] % 2 == 0 ? format::binary : format::text);
  return 0;
}
