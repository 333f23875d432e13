#!/usr/bin/env bash
# Measures pgcoro and its peers on the same work, over a Unix socket, and prints medians and ratios to libpq.
#
#   scripts/bench.sh [--pin-all CPU] [--postgres VERSION] [--rounds N] [--seconds S] [--workloads W…] [--peers P…] [--pin CPU]
#
# --pin runs the clients on one processor; --pin-all the server too, which is how one-row latency is judged: across
# processors it measures the machine's wake-up. The rest goes to benchmarks/run_peers.py.
#
#   scripts/bench.sh --tpcb [--postgres VERSION] [--rounds N] [--seconds S] [--scale N] [--clients N…]
#
# runs pgbench's TPC-B script instead, on pgcoro and by pgbench itself; the rest goes to benchmarks/run_tpcb.py.
#
#   scripts/bench.sh --copy [--postgres VERSION] [--rounds N] [--rows N]
#
# compares COPY with libpq, psql, asyncpg and a raw socket; the rest goes to benchmarks/run_copy.py.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version='' pin_all='' tpcb='' copy='' rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --postgres) version=$2; shift 2 ;;
    --pin-all) pin_all=$2; shift 2 ;;
    --tpcb) tpcb=yes; shift ;;
    --copy) copy=yes; shift ;;
    -h | --help) sed -n '2,/^\./p' "$0" | sed '$d; s/^# \{0,1\}//'; exit 0 ;;
    *) rest+=("$1"); shift ;;
  esac
done

scripts/install-deps.sh build bench
say "build"
cmake --preset release -DPGCORO_BUILD_EXAMPLES=OFF >/dev/null
cmake --build --preset release

say "start a server"
with_server "bench-$$" "$version"
if [ -n "$pin_all" ]; then
  taskset -p -c "$pin_all" "$PGCORO_TEST_PID" >/dev/null   # its backends inherit it
  rest+=(--pin "$pin_all")
fi

say "measure"
if [ -n "$tpcb" ]; then
  pgbench=$(command -v pgbench || find /usr/lib/postgresql -name pgbench | sort -V | tail -n 1)
  /usr/bin/python3 benchmarks/run_tpcb.py --dsn "$PGCORO_TEST_DSN" --programs build/release/benchmarks \
    --pgbench "$pgbench" "${rest[@]}"
  exit
fi
if [ -n "$copy" ]; then
  /usr/bin/python3 benchmarks/run_copy.py --dsn "$PGCORO_TEST_DSN" --programs build/release/benchmarks "${rest[@]}"
  exit
fi
/usr/bin/python3 benchmarks/run_peers.py --dsn "$PGCORO_TEST_DSN" --programs build/release/benchmarks "${rest[@]}"
