#!/usr/bin/env bash
# What pgcoro adds to a user's compile time: a source with ten queries against one that only includes Asio's awaitable,
# co_spawn and io_context. Prints the ratio (the aim is 1.5) and fails only far above it, since machines are noisy.
#
#   scripts/check-compile-time.sh [COMPILER]
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

compiler=${1:-g++} limit=2.5
if [ ! -e tests/compile_time/ten_queries.cpp ]; then echo "no source with ten queries yet"; exit 0; fi

# The least user time of three compilations, in seconds.
least() {
  local TIMEFORMAT=%U
  for _ in 1 2 3; do
    { time "$compiler" -std=c++20 -Iinclude -c "$1" -o /dev/null 2>/dev/null; } 2>&1
  done | sort -n | head -n 1
}
"$compiler" -std=c++20 -Iinclude -c tests/compile_time/ten_queries.cpp -o /dev/null
base=$(least tests/compile_time/asio_only.cpp)
ours=$(least tests/compile_time/ten_queries.cpp)
awk -v ours="$ours" -v base="$base" -v limit="$limit" 'BEGIN {
  printf "compile time: ten queries %.2f s, Asio alone %.2f s, ratio %.2f (aim 1.5, limit %.1f)\n", ours, base, ours / base, limit
  exit ours / base > limit
}'
