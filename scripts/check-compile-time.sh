#!/usr/bin/env bash
# What pgcoro adds to a user's compile time: a source with ten queries against one that only includes Asio's awaitable,
# co_spawn and io_context. Prints the ratio (the aim is 1.5) and fails only far above it, since machines are noisy.
#
#   scripts/check-compile-time.sh [COMPILER]
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

compiler=${1:-g++} limit=2.0 rounds=5

# The user time of one compilation, in seconds.
seconds() {
  local TIMEFORMAT=%U
  { time "$compiler" -std=c++20 -Iinclude -c "tests/compile_time/$1.cpp" -o /dev/null 2>/dev/null; } 2>&1
}
"$compiler" -std=c++20 -Iinclude -c tests/compile_time/ten_queries.cpp -o /dev/null
# In turns, and the least of each: what else the machine does then costs both the same, or neither.
for _ in $(seq "$rounds"); do echo "$(seconds asio_only) $(seconds ten_queries)"; done | awk -v limit="$limit" '
  NR == 1 || $1 < base { base = $1 }
  NR == 1 || $2 < ours { ours = $2 }
  END {
    printf "compile time: ten queries %.2f s, Asio alone %.2f s, ratio %.2f (aim 1.5, limit %.1f)\n", ours, base, ours / base, limit
    exit ours / base > limit
  }'
