#!/usr/bin/env bash
# A throw-away PgBouncer in front of a server of scripts/postgres.sh, pooling by transaction.
#
#   scripts/pgbouncer.sh start --name NAME     in front of that server, which must run
#   scripts/pgbouncer.sh env   --name NAME     print `export PGCORO_TEST_PGBOUNCER_DSN=…`
#   scripts/pgbouncer.sh stop  --name NAME     postgres.sh does that when it stops the server
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { printf 'pgbouncer.sh: %s\n' "$*" >&2; exit 1; }
command=${1:-}; [ "${2:-}" = --name ] || die "usage: pgbouncer.sh (start | env | stop) --name NAME"
name=$3
dir=${PGCORO_SERVER_DIR:-/tmp}/pgcoro-$(id -u)/$name/pgbouncer

is_running() { [ -s "$dir/pid" ] && kill -0 "$(cat "$dir/pid")" 2>/dev/null; }

start() {
  eval "$("$here/postgres.sh" env --name "$name")"
  command -v pgbouncer >/dev/null || die "PgBouncer is not installed (scripts/install-deps.sh ci)"
  ! is_running || return 0
  mkdir -p "$dir"
  local port=$((PGCORO_TEST_PORT + 1)) user=()
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  printf '"postgres" ""\n' >"$dir/users.txt"
  cat >"$dir/pgbouncer.ini" <<INI
[databases]
* = host=$PGCORO_TEST_SOCKET_DIR port=$PGCORO_TEST_PORT
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $dir/users.txt
stats_users = postgres
pool_mode = transaction
default_pool_size = 4
max_client_conn = 1000
ignore_startup_parameters = extra_float_digits
logfile = $dir/log
pidfile = $dir/pid
INI
  if [ "$(id -u)" = 0 ]; then chown -R postgres "$dir"; user=(-u postgres); fi
  pgbouncer -q -d "${user[@]}" "$dir/pgbouncer.ini"
  for _ in $(seq 50); do [ -s "$dir/pid" ] && break; sleep 0.1; done
  [ -s "$dir/pid" ] || { cat "$dir/log" >&2; die "it does not start"; }
  echo "export PGCORO_TEST_PGBOUNCER_DSN='host=127.0.0.1 port=$port user=postgres dbname=$PGCORO_TEST_DATABASE sslmode=disable'" \
    >"$dir/env"
}

# Only the process whose id was noted is touched.
stop() {
  [ -s "$dir/pid" ] || return 0
  kill -INT "$(cat "$dir/pid")" 2>/dev/null || true
}

case $command in
  start) start ;;
  env) [ -f "$dir/env" ] && cat "$dir/env" ;;
  stop) stop ;;
  *) die "unknown command '$command'" ;;
esac
