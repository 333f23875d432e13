#include "rows/libpq_rows.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <endian.h>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.h"

extern "C" {
#include "bench.h"
}

namespace {

// A field of a result, and the conversions of either format.
struct field {
  const char* at;
  int size;
};

field get(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column), PQgetlength(result, row, column)};
}

void fail(const char* what) {
  std::fprintf(stderr, "libpq_rows: %s\n", what);
  std::exit(1);
}

template <class Unsigned>
Unsigned load(const char* at) {
  Unsigned value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (sizeof value == 8) return be64toh(value);
  if constexpr (sizeof value == 4) return be32toh(value);
  return be16toh(value);
}

template <class Number>
Number exact(field f) {
  if (f.size != sizeof(Number)) fail("size");
  if constexpr (sizeof(Number) == 8) {
    const auto bits = load<std::uint64_t>(f.at);
    Number value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  } else if constexpr (sizeof(Number) == 4) {
    return static_cast<Number>(load<std::uint32_t>(f.at));
  } else {
    return static_cast<Number>(load<std::uint16_t>(f.at));
  }
}

struct narrow {
  std::int32_t id;
  double value;
  std::string name;

  static narrow binary(const PGresult* r, int row) {
    const field name = get(r, row, 2);
    return {exact<std::int32_t>(get(r, row, 0)), exact<double>(get(r, row, 1)),
            std::string(name.at, static_cast<std::size_t>(name.size))};
  }
  static narrow text(const PGresult* r, int row) {
    return {static_cast<std::int32_t>(std::strtol(PQgetvalue(r, row, 0), nullptr, 10)),
            std::strtod(PQgetvalue(r, row, 1), nullptr), std::string(PQgetvalue(r, row, 2))};
  }
};

struct wide {
  std::uint32_t type;
  std::string name;
  std::uint32_t schema, owner;
  std::int16_t length;
  bool by_value;
  char kind, category;
  bool preferred, defined;
  char delimiter;
  std::uint32_t relation;

  static wide binary(const PGresult* r, int row) {
    const field name = get(r, row, 1);
    return {exact<std::uint32_t>(get(r, row, 0)),
            std::string(name.at, static_cast<std::size_t>(name.size)),
            exact<std::uint32_t>(get(r, row, 2)),
            exact<std::uint32_t>(get(r, row, 3)),
            exact<std::int16_t>(get(r, row, 4)),
            *get(r, row, 5).at != 0,
            *get(r, row, 6).at,
            *get(r, row, 7).at,
            *get(r, row, 8).at != 0,
            *get(r, row, 9).at != 0,
            *get(r, row, 10).at,
            exact<std::uint32_t>(get(r, row, 11))};
  }
  static wide text(const PGresult* r, int row) {
    const auto number = [&](int column) { return std::strtoul(PQgetvalue(r, row, column), nullptr, 10); };
    const auto truth = [&](int column) { return *PQgetvalue(r, row, column) == 't'; };
    const auto letter = [&](int column) { return *PQgetvalue(r, row, column); };
    return {static_cast<std::uint32_t>(number(0)),
            std::string(PQgetvalue(r, row, 1)),
            static_cast<std::uint32_t>(number(2)),
            static_cast<std::uint32_t>(number(3)),
            static_cast<std::int16_t>(std::strtol(PQgetvalue(r, row, 4), nullptr, 10)),
            truth(5),
            letter(6),
            letter(7),
            truth(8),
            truth(9),
            letter(10),
            static_cast<std::uint32_t>(number(11))};
  }
};

using uuid = std::array<std::uint8_t, 16>;

/// As few digits as are needed here: generous to libpq.
struct short_numeric {
  std::int16_t weight, scale;
  std::uint16_t sign;
  std::uint16_t count;
  std::array<std::int16_t, 8> digits;
};

short_numeric numeric_of(field f) {
  if (f.size < 8) fail("numeric");
  short_numeric n{};
  n.count = load<std::uint16_t>(f.at);
  n.weight = static_cast<std::int16_t>(load<std::uint16_t>(f.at + 2));
  n.sign = load<std::uint16_t>(f.at + 4);
  n.scale = static_cast<std::int16_t>(load<std::uint16_t>(f.at + 6));
  if (n.count > n.digits.size() || f.size != 8 + 2 * n.count) fail("numeric");
  for (std::size_t i = 0; i < n.count; ++i)
    n.digits[i] = static_cast<std::int16_t>(load<std::uint16_t>(f.at + 8 + 2 * i));
  return n;
}

using triple = std::array<std::int64_t, 3>;

triple numbers_of(field f) {
  triple made{};
  if (f.size != static_cast<int>(20 + 12 * made.size())) fail("array");
  if (load<std::uint32_t>(f.at) != 1 || load<std::uint32_t>(f.at + 12) != made.size()) fail("array");
  for (std::size_t i = 0; i < made.size(); ++i)
    made[i] = static_cast<std::int64_t>(load<std::uint64_t>(f.at + 24 + 12 * i));
  return made;
}

constexpr std::int64_t from_2000_to_1970 = 946'684'800'000'000;

struct typed {
  std::int64_t at;  ///< microseconds since 1970
  short_numeric amount;
  uuid id;
  triple numbers;

  static typed binary(const PGresult* r, int row) {
    typed made{exact<std::int64_t>(get(r, row, 0)) + from_2000_to_1970,
               numeric_of(get(r, row, 1)),
               {},
               numbers_of(get(r, row, 3))};
    const field id = get(r, row, 2);
    if (id.size != 16) fail("uuid");
    std::memcpy(made.id.data(), id.at, 16);
    return made;
  }
};

std::int64_t microseconds_of(const char* text) {
  std::tm t{};
  char fraction[8] = "000000";
  if (std::sscanf(text, "%d-%d-%d %d:%d:%d.%6[0-9]", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min,
                  &t.tm_sec, fraction) < 6)
    fail("timestamptz");
  t.tm_year -= 1900;
  t.tm_mon -= 1;
  for (std::size_t i = std::strlen(fraction); i < 6; ++i) fraction[i] = '0';
  return std::int64_t{timegm(&t)} * 1'000'000 + std::strtol(fraction, nullptr, 10);
}

uuid uuid_of(const char* text) {
  const auto nibble = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  uuid made{};
  for (std::uint8_t& byte : made) {
    if (*text == '-') ++text;
    byte = static_cast<std::uint8_t>(nibble(text[0]) << 4 | nibble(text[1]));
    text += 2;
  }
  return made;
}

triple numbers_of(const char* text) {
  triple made{};
  char* at = const_cast<char*>(text);
  for (std::int64_t& number : made) {
    char* const from = at + 1;  // behind the brace or the comma
    number = std::strtoll(from, &at, 10);
    if (at == from) fail("array");
  }
  if (*at != '}') fail("array");
  return made;
}

struct typed_text {
  std::int64_t at;
  std::string amount;
  uuid id;
  triple numbers;

  static typed_text text(const PGresult* r, int row) {
    return {microseconds_of(PQgetvalue(r, row, 0)), std::string(PQgetvalue(r, row, 1)), uuid_of(PQgetvalue(r, row, 2)),
            numbers_of(PQgetvalue(r, row, 3))};
  }
};

template <class Row>
void run(bench* b, PGconn* connection, const char* sql, Row (*convert)(const PGresult*, int), int binary) {
  PQclear(PQprepare(connection, "rows", sql, 0, nullptr));
  bench_start(b);
  int count = 0;
  do {
    PGresult* const result = PQexecPrepared(connection, "rows", 0, nullptr, nullptr, nullptr, binary);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) fail(PQerrorMessage(connection));
    count = PQntuples(result);
    std::vector<Row> rows;
    rows.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) rows.push_back(convert(result, i));
    PQclear(result);
    if (rows.empty()) fail("no rows");
  } while (bench_more(b, count));
  bench_report(b);
}

}  // namespace

int libpq_rows(bench* b, PGconn* connection, int binary) {
  const std::string_view workload = b->workload;
  if (workload == "rows_narrow")
    run(b, connection, ROWS_NARROW_SQL, binary ? &narrow::binary : &narrow::text, binary);
  else if (workload == "rows_wide")
    run(b, connection, ROWS_WIDE_SQL, binary ? &wide::binary : &wide::text, binary);
  else if (workload == "rows_typed" && binary)
    run(b, connection, ROWS_TYPED_SQL, &typed::binary, binary);
  else if (workload == "rows_typed")
    run(b, connection, ROWS_TYPED_SQL, &typed_text::text, binary);
  else
    return 0;
  return 1;
}
