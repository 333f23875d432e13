#!/usr/bin/env python3
"""1,000,000 row changes out of one slot: pgcoro, decoding each into a struct, and pg_recvlogical, writing the bytes to
/dev/null. Every run reads a copy of the same slot.

  eval "$(scripts/postgres.sh env)"
  benchmarks/run_replication.py build/release/benchmarks/pgcoro_changes [--changes 1000000] [--runs 3]
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import time

DSN = os.environ["PGCORO_TEST_DSN"]
NAME = "pgcoro_replication_bench"


def sql(text):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", DSN, "-c", text], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def timed(command):
    """Wall-clock time, and user and system time of the program."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - began, after.ru_utime - before.ru_utime, after.ru_stime - before.ru_stime, output)


def prepare(changes):
    sql(f"DROP PUBLICATION IF EXISTS {NAME}")
    sql(f"DROP TABLE IF EXISTS {NAME}")
    sql(f"CREATE TABLE {NAME} (id bigint PRIMARY KEY, customer int, amount float8, placed timestamptz, note text)")
    sql(f"CREATE PUBLICATION {NAME} FOR TABLE {NAME}")
    sql(f"SELECT pg_create_logical_replication_slot('{NAME}', 'pgoutput')")
    inserts = changes * 3 // 4
    for first in range(1, inserts, 10000):
        last = min(first + 9999, inserts)
        sql(f"INSERT INTO {NAME} SELECT n, n % 1000, n * 0.25, now(), 'note number ' || n FROM generate_series({first}, {last}) n")
    updates = changes - inserts
    for first in range(1, updates, 10000):
        sql(f"UPDATE {NAME} SET amount = amount + 1 WHERE id BETWEEN {first} AND {min(first + 9999, updates)}")
    return sql("SELECT pg_current_wal_insert_lsn()")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    end = prepare(arguments.changes)
    results = {"pgcoro": [], "pg_recvlogical": []}
    for run in range(arguments.runs):
        for peer in results:
            slot = f"{NAME}_{run}_{peer}"
            sql(f"SELECT pg_copy_logical_replication_slot('{NAME}', '{slot}')")
            if peer == "pgcoro":
                command = [arguments.program, DSN, NAME, slot, str(arguments.changes)]
            else:
                command = ["pg_recvlogical", "-d", DSN, "--slot", slot, "--start", "-f", "/dev/null", "--endpos", end,
                           "-o", "proto_version=1", "-o", f"publication_names={NAME}", "-o", "binary=true"]
            wall, user, system, output = timed(command)
            results[peer].append((wall, user + system))
            if output:
                rows = json.loads(output)["rows"]
                assert rows == arguments.changes, rows
                print(output.strip())
            time.sleep(0.5)
            sql(f"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{slot}' AND active")
            time.sleep(0.2)
            sql(f"SELECT pg_drop_replication_slot('{slot}')")
    for peer, runs in results.items():
        wall, cpu = (statistics.median(r[i] for r in runs) for i in (0, 1))
        print(f"{peer:15} {arguments.changes / wall:10,.0f} changes/s   client CPU {cpu / arguments.changes * 1e9:6.0f} ns/change")
    sql(f"SELECT pg_drop_replication_slot('{NAME}')")
    sql(f"DROP PUBLICATION {NAME}; DROP TABLE {NAME}")


main()
