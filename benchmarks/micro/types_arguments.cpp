// What the parameters of one execution cost: a pack made, kept, moved as an operation moves it, and written into a
// Bind.
#include <array>
#include <benchmark/benchmark.h>
#include <string>

#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace {

using pgcoro::oid;
using pgcoro::detail::arguments;
using pgcoro::protocol::bind_writer;
using pgcoro::protocol::buffer;
using pgcoro::protocol::format;
namespace oids = pgcoro::oids;

template <std::size_t Size>
void write_bind(benchmark::State& state, const arguments& pack, const std::array<oid, Size>& types) {
  buffer out;
  for (auto _ : state) {
    out.clear();
    bind_writer bind(out, {}, "pgcoro_1", types.size());
    benchmark::DoNotOptimize(pack.encode(types, bind));
    benchmark::DoNotOptimize(bind.finish(format::binary));
  }
}

void bind_of_no_parameters(benchmark::State& state) { write_bind(state, {}, std::array<oid, 0>{}); }
void bind_of_two_integers(benchmark::State& state) {
  write_bind(state, arguments::binding(20, 30), std::array{oids::int4, oids::int4});
}
void bind_of_two_integers_as_int8(benchmark::State& state) {
  write_bind(state, arguments::binding(20, 30), std::array{oids::int8, oids::int8});
}
void bind_of_integer_and_text(benchmark::State& state) {
  const std::string name = "somebody";
  write_bind(state, arguments::binding(20, name), std::array{oids::int4, oids::text});
}

void make_and_move(benchmark::State& state) {
  const std::string name = "somebody";
  for (auto _ : state) {
    arguments made = arguments::binding(20, name, 3.5);
    arguments kept = std::move(made);
    benchmark::DoNotOptimize(kept);
  }
}

BENCHMARK(bind_of_no_parameters);
BENCHMARK(bind_of_two_integers);
BENCHMARK(bind_of_two_integers_as_int8);
BENCHMARK(bind_of_integer_and_text);
BENCHMARK(make_and_move);

}  // namespace
