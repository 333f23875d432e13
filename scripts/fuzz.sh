#!/usr/bin/env bash
# Runs every fuzzer over its kept corpus (tests/fuzz/corpus/<name>), all together for about SECONDS.
#
#   scripts/fuzz.sh SECONDS [--build FOLDER] [FUZZER…]      default folder: build/fuzz, built by the preset `fuzz`
#
# New inputs go to <folder>/corpus/<name>; a crash is written to <folder>/crashes/<name>-… and fails the run. To keep
# what a long run found:  build/fuzz/tests/fuzz/fuzz_<name> -merge=1 tests/fuzz/corpus/<name> build/fuzz/corpus/<name>
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?seconds}; shift
build=build/fuzz
if [ "${1:-}" = --build ]; then build=$2; shift 2; fi
if [ ! -e "$build/CMakeCache.txt" ]; then
  scripts/install-deps.sh build ci
  cmake --preset fuzz -B "$build" >/dev/null
  cmake --build "$build"
fi

names=("$@")
if [ ${#names[@]} = 0 ]; then
  for source in tests/fuzz/*.cpp; do [ ! -e "$source" ] || names+=("$(basename "$source" .cpp)"); done
fi
[ ${#names[@]} -gt 0 ] || { echo "fuzz.sh: no fuzzers yet"; exit 0; }

# Every processor runs one fuzzer at a time.
each=$((seconds * $(nproc) / ${#names[@]}))
[ "$each" -gt 0 ] || each=1
mkdir -p "$build/crashes"
fuzz_one() {
  local build=$1 each=$2 name=$3
  local found=$build/corpus/$name kept=tests/fuzz/corpus/$name log=$build/crashes/$name.log dictionary=tests/fuzz/$name.dict
  mkdir -p "$found"
  local arguments=(-max_total_time="$each" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix="$build/crashes/$name-" "$found")
  [ ! -d "$kept" ] || arguments+=("$kept")
  [ ! -f "$dictionary" ] || arguments+=(-dict="$dictionary")
  if ! "$build/tests/fuzz/fuzz_$name" "${arguments[@]}" >"$log" 2>&1 </dev/null; then
    tail -n 60 "$log"
    echo "fuzz $name: FAILED"
    return 1
  fi
  echo "fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $each s, nothing found"
}
export -f fuzz_one
printf '%s\n' "${names[@]}" | xargs -P "$(nproc)" -I{} bash -c 'fuzz_one "$@"' _ "$build" "$each" {}
