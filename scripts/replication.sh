#!/usr/bin/env bash
# What replication has to show with servers of its own, for a while:
#   - the oracle: random DDL and DML, the mirror of it (example cdc_mirror) killed with -9 again and again, equal at last;
#   - example cdc_tail, killed likewise: what its runs have printed is every change, in the order of the commits;
#   - a consumer that stops reading for a quarter of the time;
#   - a standby that is promoted.
#
#   scripts/replication.sh SECONDS [VERSION] [SEED]     the seed of the oracle is printed, so that it can be run again
#
# The standby needs pg_basebackup of the version, which Debian's has; else it is left out.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?seconds} version=${2:-} seed=${3:-$RANDOM}
programs=(build/dev/example_cdc_mirror build/dev/example_cdc_tail build/dev/tests/stalled_consumer build/dev/tests/timeline_switch)
for program in "${programs[@]}"; do
  [ ! -x "$program" ] || continue
  scripts/install-deps.sh build test
  cmake --preset dev -DPGCORO_BUILD_EXAMPLES=ON
  cmake --build --preset dev --target "${programs[@]##*/}"
done
with_server "replication-$$" "$version" >/dev/null

say "oracle, $seconds s"
/usr/bin/python3 tests/integration/replication_oracle.py build/dev/example_cdc_mirror --seconds "$seconds" --seed "$seed"

say "tail, $((seconds / 4)) s"
/usr/bin/python3 tests/integration/cdc_tail_resume.py build/dev/example_cdc_tail --seconds $((seconds / 4)) --seed "$seed"

say "stalled consumer, $((seconds / 4)) s"
build/dev/tests/stalled_consumer "$PGCORO_TEST_DSN" $((seconds / 4))

say "timeline switch"
if [ ! -x "/usr/lib/postgresql/$PGCORO_TEST_VERSION/bin/pg_basebackup" ]; then
  echo "no pg_basebackup of version $PGCORO_TEST_VERSION"
  exit
fi
servers+=("replication-standby-$$")
scripts/postgres.sh start --standby-of "replication-$$" --name "replication-standby-$$" >/dev/null
build/dev/tests/timeline_switch "$(scripts/postgres.sh dsn --name "replication-standby-$$")"
