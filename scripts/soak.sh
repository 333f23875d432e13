#!/usr/bin/env bash
# Runs tests/soak for a while on a throw-away server: many coroutines, random cancellations, deadlines and errors; then
# chaos for as long, with the same and money to be moved, through a proxy that delays, splits, cuts and swallows; then
# pool_churn for as long: killed and stopped backends under a pool.
#
#   scripts/soak.sh SECONDS [SEED]        the seed is printed, so that a failure can be run again
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?seconds}
scripts/install-deps.sh build test
[ -x build/dev/tests/soak ] || { cmake --preset dev && cmake --build --preset dev --target soak; }
with_server "soak-$$" >/dev/null
timeout $((seconds + 120)) build/dev/tests/soak "$PGCORO_TEST_DSN" "$@"

[ -x build/dev/tests/chaos ] || { cmake --preset dev && cmake --build --preset dev --target chaos; }
timeout $((seconds + 120)) build/dev/tests/chaos "$@"

[ -x build/dev/tests/pool_churn ] || { cmake --preset dev && cmake --build --preset dev --target pool_churn; }
timeout $((seconds + 120)) build/dev/tests/pool_churn "$PGCORO_TEST_DSN" "$seconds" "${2:-$RANDOM}" 1000 1
