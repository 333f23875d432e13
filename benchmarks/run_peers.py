"""Runs peers on the same work, interleaved, and prints medians: operations a second, client CPU, both against libpq.

Called by scripts/bench.sh, which builds the programs and starts the server. A peer that lacks a workload says so by exit
status 3 and gets a dash. A new workload is a name in WORKLOADS and a function in each peer that can do it.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

WORKLOADS = {
    "one_row": "one prepared one-row SELECT at a time",
    "pipeline": "100 statements, one Sync",
    "pipeline_sync_each": "100 in flight, a Sync each",
    "rows_narrow": "rows of int4, float8, text, to structs",
    "rows_wide": "rows of 12 columns of pg_type, to structs",
    "rows_typed": "rows of timestamptz, numeric, uuid, int8[], to structs",
    "pool": "256 clients, 8 connections, a one-row SELECT at a time (libpq: 8 threads)",
    "pool_threads": "the same clients and connections, split between two threads with a pool each",
    "pool_pipelined": "the same, and statements share busy connections",
}
PEERS = ["libpq", "libpq_text", "pgcoro", "floor", "asyncpg", "psycopg2",
         "libpq_pool", "pgcoro_pool", "asyncpg_pool", "node_postgres_pool"]
BASELINE = "libpq"
UNSUPPORTED = 3


def command_of(peer, programs):
    """The peer's program, or its script, run by Debian's Python, which has the packages; None where it is not built."""
    program = os.path.join(programs, f"{peer}_bench")
    if os.path.exists(program):
        return [program]
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
    for interpreter, suffix in (("/usr/bin/python3", "py"), ("node", "js")):
        script = os.path.join(folder, f"{peer}_bench.{suffix}")
        if os.path.exists(script) and shutil.which(interpreter):
            return [interpreter, script]
    return None


def run_once(command, dsn, workload, seconds, pin):
    prefix = ["taskset", "-c", pin] if pin else []
    run = subprocess.run(prefix + command + [dsn, workload, str(seconds)], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode == UNSUPPORTED:
        return None
    if run.returncode != 0:
        sys.exit(f"{command[-1]} {workload}: exit status {run.returncode}")
    return json.loads(run.stdout)


def measure(options, commands, workload):
    """All peers take turns, so that a slow moment of the machine hits them alike."""
    samples = {peer: [] for peer in commands}
    for _ in range(options.rounds):
        for peer, command in commands.items():
            sample = run_once(command, options.dsn, workload, options.seconds, options.pin)
            if sample:
                samples[peer].append(sample)
    return {peer: summary(taken) for peer, taken in samples.items() if taken}


def summary(samples):
    cpu = [(s["user_us"] + s["sys_us"]) / s["ops"] for s in samples]
    return {
        "ops": statistics.median(s["ops"] / s["seconds"] for s in samples),
        "cpu": statistics.median(cpu),
        "least": min(cpu),
    }


def print_table(workload, rows):
    print(f"\n{workload}: {WORKLOADS[workload]}")
    print(f"{'':18} {'ops/s':>10} {'of libpq':>9} | {'CPU µs/op':>10} {'of libpq':>9} | {'least':>8} {'of libpq':>9}")
    base = rows.get(BASELINE) or rows.get(f"{BASELINE}_pool")
    for peer, row in rows.items():
        def ratio(what):
            return f"{row[what] / base[what]:9.2f}" if base else f"{'–':>9}"
        print(f"{peer:18} {row['ops']:10.0f} {ratio('ops')} | {row['cpu']:10.3f} {ratio('cpu')} | "
              f"{row['least']:8.3f} {ratio('least')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--programs", required=True, help="folder of the built peers")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one window")
    parser.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS))
    parser.add_argument("--peers", nargs="+", default=PEERS)
    parser.add_argument("--pin", metavar="CPU", help="run the clients on this processor")
    options = parser.parse_args()

    commands = {}
    for peer in options.peers:
        command = command_of(peer, options.programs)
        if command:
            commands[peer] = command
        else:
            print(f"{peer}: not built, left out", file=sys.stderr)
    print(f"{options.rounds} rounds of {options.seconds} s each, interleaved; medians, and the least CPU of all rounds")
    for workload in options.workloads:
        print_table(workload, measure(options, commands, workload))


main()
