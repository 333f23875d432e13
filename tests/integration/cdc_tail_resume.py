#!/usr/bin/env python3
"""Does examples/cdc_tail lose a change when it is killed with -9 and started again, or change their order?

  scripts/postgres.sh start 18 --name tail
  eval "$(scripts/postgres.sh env --name tail)"
  tests/integration/cdc_tail_resume.py build/dev/example_cdc_tail [--seconds 20] [--seed 1]

Two sessions write: small and large transactions, open at the same time, some rolled back. What is committed is noted in
that order. Each run of the program prints to a file of its own. Its lines have to be a piece of what was committed without
a gap, which begins no later than the run before has ended; and the last run has to reach the end.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "replication", "captures"))
import capture  # noqa: E402

DATABASE, NAME = "pgcoro_cdc_tail", "tail"


class Writer:
    """One session; what its open transaction has done so far."""

    def __init__(self, rng):
        self.db, self.rng, self.changes = session(DATABASE), rng, None

    def write(self, first, last):
        """Rows are inserted together, and then changed one by one, so that their order is known."""
        self.db.run(f"INSERT INTO tail SELECT n, 'row ' || n FROM generate_series({first}, {last}) n")
        self.changes += [change("insert", new={"id": n, "name": f"row {n}"}) for n in range(first, last + 1)]
        if self.rng.random() < 0.5:
            self.db.run(f"UPDATE tail SET name = NULL WHERE id = {first}")
            self.changes.append(change("update", new={"id": first, "name": None}))
        if self.rng.random() < 0.5:
            self.db.run(f"DELETE FROM tail WHERE id = {first}")
            self.changes.append(change("delete", old={"id": first}))

    def begin(self):
        self.db.run("BEGIN")
        self.changes = []

    def end(self, committed):
        changes, self.changes = self.changes, None
        if self.rng.random() < 0.8:
            self.db.run("COMMIT")
            committed += changes
        else:
            self.db.run("ROLLBACK")


def change(what, **rows):
    return {"change": what, "table": "public.tail"} | rows


def session(database):
    os.environ["PGCORO_TEST_DATABASE"] = database
    return capture.Session()


class Tail:
    """The runs of the program, one after the other."""

    def __init__(self, program, folder):
        self.program, self.folder, self.files, self.ended = program, folder, [], 0
        self.start()

    def start(self):
        self.files.append(os.path.join(self.folder, str(len(self.files))))
        dsn = os.environ["PGCORO_TEST_DSN"] + f" dbname={DATABASE}"
        with open(self.files[-1], "wb") as out:
            self.process = subprocess.Popen([self.program, dsn, NAME, NAME], stdout=out)

    def kill(self):
        if self.process.poll() is not None:
            self.ended += 1
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def lines(self, run):
        """What it printed; not a line that the kill has cut."""
        with open(self.files[run], "rb") as printed:
            whole = [json.loads(line) for line in printed if line.endswith(b"\n")]
        for line in whole:
            del line["xid"]
        return whole


def check(tail, committed):
    """Everything once, in order, but for what is printed again from where a run was confirmed; how often that was."""
    position = {json.dumps(c, sort_keys=True): i for i, c in enumerate(committed)}
    reached, again = 0, 0
    for run in range(len(tail.files)):
        lines = tail.lines(run)
        if not lines:
            continue
        begin = position[json.dumps(lines[0], sort_keys=True)]
        if begin > reached:
            sys.exit(f"run {run} begins at change {begin}, those from {reached} on are lost")
        if lines != committed[begin:begin + len(lines)]:
            sys.exit(f"run {run} has a gap, or another order, behind change {begin}")
        again += reached - begin
        reached = max(reached, begin + len(lines))
    return reached, again


def write_and_kill(tail, rng, seconds):
    """Gives what was committed."""
    committed, next_id = [], 1
    writers = [Writer(rng), Writer(rng)]
    end, next_kill = time.time() + seconds, time.time() + 1
    while time.time() < end:
        writer = rng.choice(writers)
        if writer.changes is None:
            writer.begin()
        elif rng.random() < 0.4:
            writer.end(committed)
        else:
            rows = rng.choice([1, 1, 5, 2000])
            writer.write(next_id, next_id + rows - 1)
            next_id += rows
        if time.time() > next_kill:
            tail.kill()
            tail.start()
            next_kill = time.time() + 0.1 + rng.random()
    return committed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print("seed", arguments.seed, "PostgreSQL", capture.VERSION, flush=True)
    rng = random.Random(arguments.seed)
    admin = session(os.environ["PGCORO_TEST_DATABASE"])
    admin.run(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    admin.run(f"CREATE DATABASE {DATABASE}")
    db = session(DATABASE)
    db.run("CREATE TABLE tail (id int PRIMARY KEY, name text); CREATE PUBLICATION tail FOR TABLE tail")
    db.run(f"SELECT pg_create_logical_replication_slot('{NAME}', 'pgoutput')")

    with tempfile.TemporaryDirectory() as folder:
        tail = Tail(arguments.program, folder)
        try:
            committed = write_and_kill(tail, rng, arguments.seconds)
            deadline = time.time() + 60
            while check(tail, committed)[0] < len(committed) and time.time() < deadline:
                time.sleep(0.2)
        finally:
            tail.kill()
        reached, again = check(tail, committed)
        print(f"{len(committed)} changes, {len(tail.files) - 1} kills, {again} changes were printed again", flush=True)
        if reached < len(committed):
            sys.exit(f"it has ended at change {reached}")
        if tail.ended > len(tail.files) // 2:
            sys.exit(f"{tail.ended} runs have ended by themselves")
    time.sleep(0.5)
    db.run(f"SELECT pg_drop_replication_slot('{NAME}')")
    admin.run(f"DROP DATABASE {DATABASE} WITH (FORCE)")


main()
