"""COPY of rows (int4, int8, text) each way, in binary and CSV: pgcoro, libpq with tuples made by hand, psql's \\copy, asyncpg, and a raw
socket that only moves the bytes.

Called by scripts/bench.sh --copy, which builds the programs and starts the server. All take turns. Printed are medians: MB/s of the data
as they travel, the client's CPU (user and system) a MB and a row, and peak memory.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

NAME = "name of a row"
TABLE = "CREATE TEMP TABLE bulk (id int4, value int8, name text)"


def query(rows):
    return f"SELECT n::int4, n::int8 * 1000003, '{NAME}' FROM (SELECT generate_series(1, {rows}) AS n) s"


def binary_bytes(rows):
    return rows * (2 + 4 + 4 + 4 + 8 + 4 + len(NAME))


def run(command):
    """Wall clock, CPU and peak memory (KiB) of a program, in all."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]}: status {status}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss


def write_csv(path, rows):
    with open(path, "w", encoding="ascii") as file:
        for n in range(1, rows + 1):
            file.write(f"{n},{n * 1000003},{NAME}\n")


def workloads(options, csv):
    programs, dsn, rows = options.programs, options.dsn, str(options.rows)
    peer = lambda name, work: [os.path.join(programs, name), dsn, work, rows]
    psql = lambda copy: [options.psql, "-qX", "-d", dsn, "-c", TABLE, "-c", copy]
    asyncpg = lambda work: [options.python, "benchmarks/peers/asyncpg_bulk.py", dsn, work, rows]
    out = f"\\copy ({query(options.rows)}) to '/dev/null' with (format "
    return {
        "binary in": {"raw socket": peer("floor_bulk", "copy_in"), "libpq, by hand": peer("libpq_bulk", "copy_in"),
                      "pgcoro": peer("pgcoro_bulk", "copy_in"), "asyncpg": asyncpg("copy_in")},
        "binary out": {"raw socket": peer("floor_bulk", "copy_out"), "libpq, by hand": peer("libpq_bulk", "copy_out"),
                       "pgcoro": peer("pgcoro_bulk", "copy_out"), "psql \\copy": psql(out + "binary)")},
        "CSV in": {"psql \\copy": psql(f"\\copy bulk from '{csv}' with (format csv)"),
                   "pgcoro, rows": peer("pgcoro_bulk", "csv_in"),
                   "pgcoro, file": peer("pgcoro_bulk", "file_in") + [csv]},
        "CSV out": {"psql \\copy": psql(out + "csv)"), "pgcoro, rows": peer("pgcoro_bulk", "csv_out"),
                    "pgcoro, file": peer("pgcoro_bulk", "file_out") + ["/dev/null"], "asyncpg": asyncpg("csv_out")},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--programs", required=True, help="folder of the built peers")
    parser.add_argument("--psql", default="psql")
    parser.add_argument("--python", default=sys.executable, help="one that has asyncpg, else asyncpg is left out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=10_000_000)
    options = parser.parse_args()

    has_asyncpg = subprocess.run([options.python, "-c", "import asyncpg"], stderr=subprocess.DEVNULL,
                                 check=False).returncode == 0
    with tempfile.TemporaryDirectory() as folder:
        csv = os.path.join(folder, "rows.csv")
        write_csv(csv, options.rows)
        print(f"{options.rows} rows, median of {options.rounds}: MB/s, CPU us/MB, CPU us/row, peak MiB")
        for work, programs in workloads(options, csv).items():
            megabytes = (os.path.getsize(csv) if work.startswith("CSV") else binary_bytes(options.rows)) / 1e6
            samples = {name: [] for name in programs if has_asyncpg or name != "asyncpg"}
            for _ in range(options.rounds):
                for name, taken in samples.items():
                    taken.append(run(programs[name]))
            for name, taken in samples.items():
                wall, cpu, peak = (statistics.median(column) for column in zip(*taken))
                print(f"{work:11} {name:15} {megabytes / wall:8.1f} {1e6 * cpu / megabytes:9.1f} "
                      f"{1e6 * cpu / options.rows:9.4f} {peak / 1024:8.1f}")


main()
