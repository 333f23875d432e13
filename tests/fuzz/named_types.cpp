// Arbitrary bytes as values of types that are known by a registry: enums, composites, hstore, PostGIS's and pgvector's.
// What is read is written again, and read back as the same value.
//
// The first byte of the input chooses the C++ and the PostgreSQL type, the second the format.
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/basic.hpp>
#include <pgcoro/types/composite.hpp>
#include <pgcoro/types/hstore.hpp>
#include <pgcoro/types/pgvector.hpp>
#include <pgcoro/types/postgis.hpp>
#include <pgcoro/types/range.hpp>
#include <pgcoro/types/variant.hpp>

namespace pgcoro::fuzz {

BOOST_DEFINE_ENUM_CLASS(mood, sad, ok)

struct address {
  std::optional<mood> feeling;
  std::string street;
  int zip = 0;
};
BOOST_DESCRIBE_STRUCT(address, (), (feeling, street, zip))

struct person {
  std::optional<std::string> name;
  std::vector<std::optional<address>> homes;
};

/// Part of itself.
struct node {
  int value = 0;
  std::vector<node> children;
};

}  // namespace pgcoro::fuzz

namespace {

using namespace pgcoro;
using protocol::format;

constexpr oid mood_type = 20'001;
constexpr oid mood_array = 20'002;
constexpr oid zip_type = 20'003;
constexpr oid address_type = 20'004;
constexpr oid address_array = 20'005;
constexpr oid person_type = 20'006;
constexpr oid mood_range = 20'007;
constexpr oid hstore_type = 20'008;
constexpr oid geometry_type = 20'009;
constexpr oid vector_type = 20'010;
constexpr oid halfvec_type = 20'011;
constexpr oid sparsevec_type = 20'012;
constexpr oid node_type = 20'013;
constexpr oid node_array = 20'014;

type_info named(oid type, const char* name, type_kind kind, oid part = 0, std::vector<type_attribute> attributes = {}) {
  type_info made;
  made.type = type;
  made.schema = "public";
  made.name = name;
  made.kind = kind;
  made.part = part;
  made.attributes = std::move(attributes);
  return made;
}

const type_registry& known_types() {
  static const type_registry known = type_registry().with({
      named(mood_type, "mood", type_kind::enumeration),
      named(mood_array, "_mood", type_kind::array, mood_type),
      named(zip_type, "zip", type_kind::domain, oids::int4),
      named(address_type, "address", type_kind::composite, 0,
            {{"street", oids::text}, {"zip", zip_type}, {"feeling", mood_type}}),
      named(address_array, "_address", type_kind::array, address_type),
      named(person_type, "person", type_kind::composite, 0, {{"name", oids::text}, {"homes", address_array}}),
      named(mood_range, "moodrange", type_kind::range, mood_type),
      named(hstore_type, "hstore", type_kind::base),
      named(geometry_type, "geometry", type_kind::base),
      named(vector_type, "vector", type_kind::base),
      named(halfvec_type, "halfvec", type_kind::base),
      named(sparsevec_type, "sparsevec", type_kind::base),
      named(node_type, "node", type_kind::composite, 0, {{"value", oids::int4}, {"children", node_array}}),
      named(node_array, "_node", type_kind::array, node_type),
  });
  return known;
}

void require(bool invariant) {
  if (!invariant) std::abort();
}

/// The value as it is written to the type; nothing where it is not.
template <class T>
std::optional<std::pair<format, std::string>> written(const T& value, oid type) {
  const value_type to{type, format::binary, &known_types()};
  const encoding<T> chosen = codec<T>::encoder(to);
  protocol::buffer out;
  if (!chosen || chosen.write(value, out, to) != errc{}) return std::nullopt;
  return std::pair(chosen.format, std::string(protocol::as_text(out.data())));
}

template <class T>
errc read(protocol::bytes_view bytes, T& out, oid type, format in) {
  const value_type from{type, in, &known_types()};
  const decode_function<T> decoder = codec<T>::decoder(from);
  return decoder != nullptr ? decoder(bytes, out, from) : errc::type_mismatch;
}

template <class T>
void read_write_read(protocol::bytes_view bytes, oid type, format in) {
  T value{};
  if (read(bytes, value, type, in) != errc{}) return;
  const auto first = written(value, type);
  if (!first || (type == geometry_type && first->first == format::text)) return;  // geometry is written in another way
  T again{};
  require(read(protocol::as_bytes(first->second), again, type, first->first) == errc{});
  require(written(again, type) == first);
}

struct entry {
  oid type;
  void (*check)(protocol::bytes_view bytes, oid type, format in);
};

using optional_map = std::map<std::string, std::optional<std::string>>;
using cell = std::variant<std::monostate, int, fuzz::mood, std::string>;

// New ones at the end, so that kept inputs keep their meaning.
constexpr entry entries[] = {
    {mood_type, &read_write_read<fuzz::mood>},
    {mood_array, &read_write_read<std::vector<std::optional<fuzz::mood>>>},
    {mood_range, &read_write_read<range<fuzz::mood>>},
    {address_type, &read_write_read<fuzz::address>},
    {address_type, &read_write_read<std::tuple<std::string, cell, cell>>},
    {address_array, &read_write_read<array<std::optional<fuzz::address>>>},
    {person_type, &read_write_read<fuzz::person>},
    {node_type, &read_write_read<fuzz::node>},
    {oids::record, &read_write_read<std::pair<int, std::optional<std::string>>>},
    {oids::record_array, &read_write_read<std::vector<std::pair<std::vector<int>, std::string>>>},
    {hstore_type, &read_write_read<optional_map>},
    {geometry_type, &read_write_read<geo_point>},
    {vector_type, &read_write_read<std::vector<float>>},
    {halfvec_type, &read_write_read<pgcoro::vector>},
    {sparsevec_type, &read_write_read<sparsevec>},
    {oids::anyarray, &read_write_read<std::vector<int>>},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const protocol::bytes_view bytes{reinterpret_cast<const std::byte*>(data + 2), size - 2};
  const entry& chosen = entries[data[0] % std::size(entries)];
  chosen.check(bytes, chosen.type, data[1] % 2 == 0 ? format::binary : format::text);
  return 0;
}
