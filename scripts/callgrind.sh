#!/usr/bin/env bash
# Counts user-space instructions per operation: callgrind on two runs of different length, so that connecting and
# preparing drop out of the difference. Repeatable where times are not.
#
#   scripts/callgrind.sh PEER WORKLOAD [FEW MANY]     e.g.  scripts/callgrind.sh libpq one_row   (FEW 2000, MANY 12000)
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

peer=${1:?peer} workload=${2:?workload} few=${3:-2000} many=${4:-12000}
scripts/install-deps.sh build bench
cmake --preset release -DPGCORO_BUILD_EXAMPLES=OFF >/dev/null
cmake --build --preset release --target "${peer}_bench" >/dev/null
with_server "callgrind-$$" >/dev/null

# Prints "operations instructions" of a run of at least $1 operations.
count() {
  local out; out=$(mktemp)
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "build/release/benchmarks/${peer}_bench" \
    "$PGCORO_TEST_DSN" "$workload" -n "$1" >"$out" 2>"$out.log" </dev/null
  echo "$(sed -n 's/.*"ops": \([0-9]*\).*/\1/p' "$out") $(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$out.log")"
  rm -f "$out" "$out.log"
}

read -r few_ops few_instructions <<<"$(count "$few")"
read -r many_ops many_instructions <<<"$(count "$many")"
echo "$peer $workload: $(((many_instructions - few_instructions) / (many_ops - few_ops))) instructions per operation"
