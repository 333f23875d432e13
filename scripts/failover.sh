#!/usr/bin/env bash
# What a pool does when its servers change places:
#   - one of two servers is made read-only by a reload: how soon the pool is gone (tests/soak/pool_demotion);
#   - a primary is killed under load and its standby promoted: how soon writes go on (tests/soak/pool_failover).
#
#   scripts/failover.sh [VERSION]        needs pg_basebackup of that version: Debian's by default
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

programs=(pool_demotion pool_failover)
for program in "${programs[@]}"; do
  [ ! -x "build/dev/tests/$program" ] || continue
  scripts/install-deps.sh build test
  cmake --preset dev
  cmake --build --preset dev --target "${programs[@]}"
done

with_server "failover-$$" "${1:-}" >/dev/null
first_socket=$PGCORO_TEST_SOCKET_DIR first_port=$PGCORO_TEST_PORT first_pid=$PGCORO_TEST_PID first_dsn=$PGCORO_TEST_DSN
# With the variables of the other one.
both_servers() {
  echo "host=$first_socket,$PGCORO_TEST_SOCKET_DIR port=$first_port,$PGCORO_TEST_PORT user=postgres" \
    "dbname=$PGCORO_TEST_DATABASE"
}

say "one of two servers turns read-only"
with_server "failover-other-$$" "${1:-}" >/dev/null
timeout 60 build/dev/tests/pool_demotion "$(both_servers)" "$first_dsn"

say "a primary is killed"
servers+=("failover-standby-$$")
scripts/postgres.sh start --standby-of "failover-$$" --name "failover-standby-$$" >/dev/null
eval "$(scripts/postgres.sh env --name "failover-standby-$$")"
timeout 60 build/dev/tests/pool_failover "$(both_servers)" "$PGCORO_TEST_DSN" "$first_pid"
