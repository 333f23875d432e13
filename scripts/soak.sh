#!/usr/bin/env bash
# Runs tests/soak for a while on a throw-away server: many coroutines, random cancellations, deadlines and errors; then
# chaos for as long, with the same and money to be moved, through a proxy that delays, splits, cuts and swallows; then
# pool_churn for as long: 10,000 coroutines on a pool of ten, with backends that are killed, processes that are stopped
# and a server that is restarted every few seconds; and a million notifications through a hub.
#
#   scripts/soak.sh SECONDS [SEED]        the seed is printed, so that a failure can be run again
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?seconds}
scripts/install-deps.sh build test
[ -x build/dev/tests/soak ] || { cmake --preset dev && cmake --build --preset dev --target soak; }
server=soak-$$
with_server "$server" >/dev/null
timeout $((seconds + 120)) build/dev/tests/soak "$PGCORO_TEST_DSN" "$@"

[ -x build/dev/tests/chaos ] || { cmake --preset dev && cmake --build --preset dev --target chaos; }
timeout $((seconds + 120)) build/dev/tests/chaos "$@"

[ -x build/dev/tests/notifications ] || { cmake --preset dev && cmake --build --preset dev --target notifications; }
timeout 120 build/dev/tests/notifications "$PGCORO_TEST_DSN"

# The last restart is over before the last operations are.
restart_now_and_then() {
  local until=$((SECONDS + seconds - 8)) mode=fast
  while [ $SECONDS -lt $until ]; do
    sleep 6
    scripts/postgres.sh restart --name "$server" --mode $mode
    if [ $mode = fast ]; then mode=immediate; else mode=fast; fi
  done
}

[ -x build/dev/tests/pool_churn ] || { cmake --preset dev && cmake --build --preset dev --target pool_churn; }
restart_now_and_then &
timeout $((seconds + 120)) build/dev/tests/pool_churn "$PGCORO_TEST_DSN" "$seconds" "${2:-$RANDOM}" 10000 1
wait $!
