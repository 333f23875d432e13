#!/usr/bin/env bash
# Installs what pgcoro needs on Debian 12 or newer (and Ubuntu 24.04 or newer); does nothing, fast, where it is all there.
#
#   scripts/install-deps.sh [GROUP...]     groups: build test ci bench   (default: build test)
#
#   build  compiler, CMake, Ninja, Boost, OpenSSL, and PostgreSQL for the demo
#   test   GoogleTest; libpq, which judges how connection strings are read
#   ci     clang 19 with clang-format, clang-tidy and the sanitizers' run-time libraries, Google Benchmark, PgBouncer, ShellCheck,
#          npm (it brings the other versions of PostgreSQL)
#   bench  libpq, asyncpg, psycopg2, valgrind, Google Benchmark
set -euo pipefail

packages_of() {
  case $1 in
    build) echo g++ cmake ninja-build ccache "$(boost)" libssl-dev openssl postgresql ;;
    test) echo libgtest-dev libgmock-dev libpq-dev ;;
    ci) echo clang-19 clang-format-19 clang-tidy-19 clang-tools-19 libclang-rt-19-dev libbenchmark-dev pkg-config \
      git python3 pgbouncer npm shellcheck ;;
    bench) echo libpq-dev libbenchmark-dev python3 python3-asyncpg python3-psycopg2 valgrind ;;
    *) echo "install-deps.sh: unknown group '$1' (build test ci bench)" >&2; exit 2 ;;
  esac
}

# Debian 12's plain libboost-dev is older than pgcoro's 1.81; newer releases no longer have the numbered package.
boost() {
  if is_installed libboost1.81-dev || apt-cache show libboost1.81-dev >/dev/null 2>&1; then
    echo libboost1.81-dev
  else
    echo libboost-dev
  fi
}

is_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# A program that is there already, from wherever, needs no package.
is_present() {
  case $1 in
    npm) command -v npm >/dev/null || is_installed npm ;;
    cmake) command -v cmake >/dev/null ;;
    *) is_installed "$1" ;;
  esac
}

missing=()
collect() {
  missing=()
  local group package
  for group in "$@"; do
    for package in $(packages_of "$group"); do is_present "$package" || missing+=("$package"); done
  done
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }

[ $# -gt 0 ] || set -- build test
for group in "$@"; do packages_of "$group" >/dev/null; done
collect "$@"
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || { echo "install-deps.sh: not a Debian system; please install: ${missing[*]}" >&2; exit 1; }
apt update
collect "$@"   # the lists may know another Boost now
echo "install-deps.sh: installing ${missing[*]}"

# PostgreSQL's package would start a server of its own, which nobody here asked for.
cluster_setting=/etc/postgresql-common/createcluster.conf
case " ${missing[*]} " in *" postgresql "*)
  apt install --no-install-recommends postgresql-common >/dev/null
  as_root cp "$cluster_setting" "$cluster_setting.before"
  trap 'as_root mv "$cluster_setting.before" "$cluster_setting"' EXIT
  echo "create_main_cluster = false" | as_root tee -a "$cluster_setting" >/dev/null
esac
apt install --no-install-recommends "${missing[@]}" >/dev/null
