// What a row costs between the receive buffer and the caller's type: 1,000 rows a pass, columns described once.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace {

using pgcoro::oid;
using pgcoro::protocol::buffer;
using pgcoro::protocol::format;
namespace oids = pgcoro::oids;

constexpr int rows_in_pass = 1000;

struct narrow {
  std::int32_t id;
  double price;
  std::string name;
};

std::shared_ptr<const pgcoro::row_description> narrow_columns() {
  auto columns = std::make_shared<pgcoro::row_description>();
  for (const oid type : {oids::int4, oids::float8, oids::text}) {
    pgcoro::column& c = columns->columns.emplace_back();
    c.name = "c" + std::to_string(columns->columns.size());
    c.type = type;
    c.format = type == oids::text ? format::text : format::binary;
  }
  return columns;
}

/// An int4, a float8 and a text of `length` characters.
std::vector<std::byte> narrow_row(std::size_t length) {
  buffer body;
  body.append_u16(3);
  body.append_i32(4);
  body.append_i32(70000);
  body.append_i32(8);
  body.append_be(3.25);
  body.append_i32(static_cast<std::int32_t>(length));
  body.append(std::string(length, 'x'));
  return {body.data().begin(), body.data().end()};
}

template <class Sink>
void deliver(benchmark::State& state) {
  const auto columns = narrow_columns();
  const std::vector<std::byte> body = narrow_row(static_cast<std::size_t>(state.range(0)));
  const auto layout = pgcoro::detail::lay_out(Sink(), columns);
  for (auto _ : state) {
    Sink sink;
    sink.describe(layout);
    pgcoro::detail::row_sink* base = &sink;
    benchmark::DoNotOptimize(base);  // a session knows only the interface
    for (int i = 0; i < rows_in_pass; ++i) benchmark::DoNotOptimize(base->row(body));
    auto rows = sink.take();
    benchmark::DoNotOptimize(rows);
  }
  state.SetItemsProcessed(state.iterations() * rows_in_pass);
}

void collect_structs(benchmark::State& state) { deliver<pgcoro::detail::collect_sink<narrow>>(state); }
void collect_tuples(benchmark::State& state) {
  deliver<pgcoro::detail::collect_sink<std::tuple<std::int32_t, double, std::string>>>(state);
}
void keep_rows(benchmark::State& state) { deliver<pgcoro::detail::result_sink>(state); }

/// What a statement pays once for each type that it is fetched as.
void describe_columns(benchmark::State& state) {
  const auto columns = narrow_columns();
  pgcoro::row_decoder<narrow> decoder;
  for (auto _ : state) benchmark::DoNotOptimize(decoder.describe(*columns));
}

void read_fields_of_a_result(benchmark::State& state) {
  pgcoro::detail::result_sink sink;
  sink.describe(pgcoro::detail::lay_out(sink, narrow_columns()));
  for (int i = 0; i < rows_in_pass; ++i) sink.row(narrow_row(8));
  const pgcoro::result rows = sink.take();
  for (auto _ : state) {
    double sum = 0;
    for (const pgcoro::row_view row : rows) sum += row[0].as<std::int32_t>() + row[1].as<double>();
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * rows_in_pass);
}

BENCHMARK(collect_structs)->Arg(8)->Arg(40);
BENCHMARK(collect_tuples)->Arg(8);
BENCHMARK(keep_rows)->Arg(8)->Arg(40);
BENCHMARK(describe_columns);
BENCHMARK(read_fields_of_a_result);

}  // namespace
