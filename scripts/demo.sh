#!/usr/bin/env bash
# Installs what is missing, builds the library and the tour (examples/tour.cpp), and runs the tour on a throw-away server.
#
#   scripts/demo.sh [EXAMPLE]      EXAMPLE: the name of a file in examples/, default: tour
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

example=${1:-tour}
[ -e "examples/$example.cpp" ] || { echo "demo.sh: there is no examples/$example.cpp" >&2; exit 2; }

say "install what is missing"
scripts/install-deps.sh build

say "build"
cmake --preset release -DPGCORO_BUILD_BENCHMARKS=OFF -DPGCORO_PRECOMPILE=ON -B build/demo
cmake --build build/demo --target "example_$example"

say "start a server"
with_server "demo-$$"

say "run examples/$example.cpp"
"build/demo/example_$example" "$PGCORO_TEST_TLS_DSN channel_binding=require"
