#!/usr/bin/env bash
# Kills a primary under the load of a pool, promotes its standby, and measures when writes go on (tests/soak/pool_failover).
#
#   scripts/failover.sh [VERSION]        needs pg_basebackup of that version: Debian's by default
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/install-deps.sh build test
program=build/dev/tests/pool_failover
[ -x "$program" ] || { cmake --preset dev && cmake --build --preset dev --target pool_failover; }
with_server "failover-$$" "${1:-}" >/dev/null
primary_socket=$PGCORO_TEST_SOCKET_DIR primary_port=$PGCORO_TEST_PORT primary_pid=$PGCORO_TEST_PID
servers+=("failover-standby-$$")
scripts/postgres.sh start --standby-of "failover-$$" --name "failover-standby-$$" >/dev/null
eval "$(scripts/postgres.sh env --name "failover-standby-$$")"
timeout 60 "$program" \
  "host=$primary_socket,$PGCORO_TEST_SOCKET_DIR port=$primary_port,$PGCORO_TEST_PORT user=postgres dbname=$PGCORO_TEST_DATABASE" \
  "$PGCORO_TEST_DSN" "$primary_pid"
