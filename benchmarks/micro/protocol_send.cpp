// What it costs to send: Bind, Execute and Sync of a prepared statement.
#include <array>
#include <benchmark/benchmark.h>
#include <string_view>
#include <vector>

#include <pgcoro/error.hpp>
#include <pgcoro/protocol/frontend.hpp>

namespace {

using namespace pgcoro;
using namespace pgcoro::protocol;

constexpr std::string_view text = "twelve bytes";

/// int8 and text in turns, both of sizes that the codec knows.
void bind_execute_sync(benchmark::State& state) {
  const auto parameters = static_cast<std::size_t>(state.range(0));
  buffer out;
  for (auto _ : state) {
    out.clear();
    bind_writer bind(out, {}, "s17", parameters);
    for (std::size_t i = 0; i < parameters; ++i) {
      if (i % 2 == 0) {
        if (std::byte* const at = bind.value(format::binary, 8)) store_be<std::int64_t>(at, 42);
      } else {
        bind.value(format::text, as_bytes(text));
      }
    }
    if (bind.finish(format::binary) != errc{}) state.SkipWithError("refused");
    write_execute_sync(out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bind_execute_sync)->Arg(0)->Arg(1)->Arg(2)->Arg(10);

/// Likewise through begin_value() and end_value(), as codecs of values of unknown sizes do.
void bind_in_place(benchmark::State& state) {
  const auto parameters = static_cast<std::size_t>(state.range(0));
  buffer out;
  for (auto _ : state) {
    out.clear();
    bind_writer bind(out, {}, "s17", parameters);
    for (std::size_t i = 0; i < parameters; ++i) {
      const auto mark = bind.begin_value(format::binary);
      out.append_i64(42);
      bind.end_value(mark);
    }
    if (bind.finish(format::binary) != errc{}) state.SkipWithError("refused");
    write_execute_sync(out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bind_in_place)->Arg(1)->Arg(2)->Arg(10);

/// The same messages from structs, as a proxy writes them: what the hot path saves.
void bind_from_struct(benchmark::State& state) {
  const auto parameters = static_cast<std::size_t>(state.range(0));
  const std::vector<field> fields(parameters, field{as_bytes(text).data(), 8});
  const std::array<format, 1> binary{format::binary};
  buffer out;
  for (auto _ : state) {
    out.clear();
    (void)write(
        out,
        bind_request{.statement = "s17", .parameter_formats = binary, .parameters = fields, .result_formats = binary});
    (void)write(out, execute_request{});
    write(out, sync_request{});
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bind_from_struct)->Arg(0)->Arg(2)->Arg(10);

/// A row of COPY data: what COPY in pays for its envelope.
void copy_data_in_place(benchmark::State& state) {
  buffer out;
  for (auto _ : state) {
    out.clear();
    const copy_mark mark = begin_copy_data(out);
    out.append(text);
    if (end_copy_data(out, mark) != errc{}) state.SkipWithError("refused");
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(copy_data_in_place);

}  // namespace
