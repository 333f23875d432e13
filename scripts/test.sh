#!/usr/bin/env bash
# Installs what is missing, builds, starts a throw-away server, and runs the unit and integration tests.
#
#   scripts/test.sh [--preset PRESET] [--postgres VERSION] [ctest arguments…]
#
# PRESET: dev (default), clang, asan, asan-gcc, tsan, coverage. VERSION: 13 … 18 (default: the installed one).
# PGCORO_CMAKE_ARGUMENTS: more arguments for CMake, separated by spaces.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

preset=dev version=''
while [ $# -gt 0 ]; do
  case $1 in
    --preset) preset=$2; shift 2 ;;
    --postgres) version=$2; shift 2 ;;
    -h | --help) sed -n '2,/^\./p' "$0" | sed '$d; s/^# \{0,1\}//'; exit 0 ;;
    *) break ;;
  esac
done

say "install what is missing"
case $preset in dev | asan-gcc | coverage) groups=(build test) ;; *) groups=(build test ci) ;; esac
scripts/install-deps.sh "${groups[@]}"

say "build (preset $preset)"
read -ra more <<<"${PGCORO_CMAKE_ARGUMENTS:-}"
cmake --preset "$preset" -DPGCORO_BUILD_EXAMPLES=OFF "${more[@]}"
cmake --build --preset "$preset" -- -k 0  # all errors at once

say "start a server"
with_server "test-$$" "$version"
if command -v pgbouncer >/dev/null; then
  scripts/pgbouncer.sh start --name "test-$$"
  eval "$(scripts/pgbouncer.sh env --name "test-$$")"
fi

say "test"
ctest --preset "$preset" --parallel "$(nproc)" "$@"
