// What it costs to receive: framing a stream of rows and walking their fields.
#include <array>
#include <benchmark/benchmark.h>
#include <string_view>
#include <vector>

#include <pgcoro/protocol/backend.hpp>
#include <pgcoro/protocol/framer.hpp>

namespace {

using namespace pgcoro::protocol;

constexpr int rows_a_stream = 1000;

/// A reply of `rows_a_stream` rows of int4, float8 and a text of eight bytes, repeated to `columns` columns.
buffer stream_of_rows(std::size_t columns) {
  static constexpr std::string_view bytes = "01234567";
  const std::array<std::int32_t, 3> sizes{4, 8, 8};
  std::vector<field> fields;
  for (std::size_t i = 0; i < columns; ++i) fields.push_back({as_bytes(bytes).data(), sizes[i % 3]});
  buffer stream;
  for (int i = 0; i < rows_a_stream; ++i) (void)write(stream, data_row{.fields = fields});
  return stream;
}

message_framer session_framer() {
  message_framer framer;
  framer.authenticated();
  return framer;
}

void frame(benchmark::State& state) {
  const buffer stream = stream_of_rows(3);
  message_framer framer = session_framer();
  for (auto _ : state) {
    bytes_view unread = stream.data();
    for (message_view m; framer.next(unread, m) == frame_status::complete; unread = unread.subspan(m.size()))
      benchmark::DoNotOptimize(m);
  }
  state.SetItemsProcessed(state.iterations() * rows_a_stream);
}
BENCHMARK(frame);

void frame_and_walk(benchmark::State& state) {
  const buffer stream = stream_of_rows(static_cast<std::size_t>(state.range(0)));
  message_framer framer = session_framer();
  for (auto _ : state) {
    bytes_view unread = stream.data();
    for (message_view m; framer.next(unread, m) == frame_status::complete; unread = unread.subspan(m.size())) {
      data_row_reader row(m.body);
      for (field f; row.next(f);) benchmark::DoNotOptimize(f);
      if (!row.finish()) state.SkipWithError("malformed");
    }
  }
  state.SetItemsProcessed(state.iterations() * rows_a_stream);
}
BENCHMARK(frame_and_walk)->Arg(1)->Arg(3)->Arg(12);

/// What the walk costs where the loop is written by hand for rows that are known to be well formed: the floor.
void frame_and_walk_unchecked(benchmark::State& state) {
  const buffer stream = stream_of_rows(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const std::byte* at = stream.begin_of_data();
    const std::byte* const end = at + stream.size();
    while (at != end) {
      auto fields = load_be<std::uint16_t>(at + 5);
      for (at += 7; fields != 0; --fields) {
        field f{at + 4, load_be<std::int32_t>(at)};
        benchmark::DoNotOptimize(f);
        at += 4 + f.size;
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * rows_a_stream);
}
BENCHMARK(frame_and_walk_unchecked)->Arg(1)->Arg(3)->Arg(12);

/// The reply to one execution of a prepared statement that returns one row.
void one_row_reply(benchmark::State& state) {
  buffer stream = stream_of_rows(0);
  stream.clear();
  static constexpr std::string_view bytes = "01234567";
  const std::array<field, 2> fields{{{as_bytes(bytes).data(), 4}, {as_bytes(bytes).data(), 8}}};
  (void)write(stream, bind_complete{});
  (void)write(stream, data_row{.fields = fields});
  (void)write(stream, command_complete{.tag = "SELECT 1"});
  (void)write(stream, ready_for_query{});
  message_framer framer = session_framer();
  for (auto _ : state) {
    bytes_view unread = stream.data();
    for (message_view m; framer.next(unread, m) == frame_status::complete; unread = unread.subspan(m.size())) {
      if (m.backend() == backend_type::data_row) {
        data_row_reader row(m.body);
        for (field f; row.next(f);) benchmark::DoNotOptimize(f);
        benchmark::DoNotOptimize(row.finish());
      } else if (m.backend() == backend_type::command_complete) {
        command_complete done;
        benchmark::DoNotOptimize(parse(m.body, done).rule);
        benchmark::DoNotOptimize(affected_rows(done.tag));
      } else if (m.backend() == backend_type::ready_for_query) {
        ready_for_query ready;
        benchmark::DoNotOptimize(parse(m.body, ready).rule);
        benchmark::DoNotOptimize(ready);
      }
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(one_row_reply);

}  // namespace
