#!/usr/bin/env python3
"""Is the mirror the source? Random DDL and DML on many tables while examples/cdc_mirror is killed again and again.

  scripts/postgres.sh start 18 --name oracle
  eval "$(scripts/postgres.sh env --name oracle)"
  tests/integration/replication_oracle.py build/dev/example_cdc_mirror [--seconds 40] [--seed 1]

Two databases of one server; the walsender streams transactions above 64 kB. At the end the mirror is left alone until it
has caught up; then every table of the source must be in the target, with the same rows.
"""
import argparse
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "replication", "captures"))
import capture  # noqa: E402

SOURCE, TARGET, SLOT = "pgcoro_oracle_source", "pgcoro_oracle_target", "pgcoro_oracle"
TYPES = {
    "bool": "(random() < 0.5)", "int2": "(random() * 30000)::int2", "int4": "(random() * 1e9)::int4",
    "int8": "(random() * 1e18)::int8", "float4": "random()::float4", "float8": "random() * 1e300",
    "numeric": "(random() * 1e12)::numeric(20,6)", "text": "md5(random()::text)", "varchar(40)": "md5(random()::text)",
    "char(10)": "left(md5(random()::text), 7)", "bytea": "decode(md5(random()::text), 'hex')",
    "date": "current_date - (random() * 9999)::int", "timestamp": "localtimestamp * 1 + random() * interval '9 days'",
    "timestamptz": "now() - random() * interval '900 days'", "time": "localtime", "interval": "random() * interval '99 days'",
    "uuid": "gen_random_uuid()", "json": "'{\"a\": [1, \"x\\\"y\", null]}'", "jsonb": "jsonb_build_object('k', random())",
    "int4[]": "ARRAY[(random()*9)::int, NULL, 3]", "text[]": "ARRAY[md5(random()::text), 'a,b', '\"', NULL]",
    "inet": "('10.0.0.' || (random()*255)::int)::inet", "macaddr": "'08:00:2b:01:02:03'", "bit(5)": "B'10110'",
    "point": "point(random(), random())", "int4range": "int4range(1, 2 + (random()*99)::int)", "money": "'12.34'::money",
    "pg_lsn": "'16/B374D848'", "tsvector": "to_tsvector('simple', 'a fat cat')", "xml": "'<a>b</a>'::xml",
}
TYPES["timestamp"] = "localtimestamp - random() * interval '9 days'"
LARGE = "(SELECT string_agg(md5(random()::text), '') FROM generate_series(1, {}))"


class Table:
    def __init__(self, number, rng):
        self.name = rng.choice([f"t{number}", f'"Table {number}"', f'"odd""name {number}"'])
        self.full = rng.random() < 0.3
        self.columns = {}
        for i in range(rng.randint(1, 6)):
            self.columns[f"c{i}"] = rng.choice(sorted(TYPES))
        self.columns["large"] = "text"
        self.next_column = 10

    def create(self):
        columns = ", ".join(f"{n} {t}" for n, t in self.columns.items())
        key = "" if self.full else " PRIMARY KEY"
        sql = f"CREATE TABLE {self.name} (id int{key}, {columns}); ALTER TABLE {self.name} ALTER large SET STORAGE EXTERNAL;"
        return sql + (f" ALTER TABLE {self.name} REPLICA IDENTITY FULL;" if self.full else "")


class Workload:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.tables, self.next_id, self.next_table, self.prepared = [], 1, 0, 0
        self.done = {}

    def count(self, what):
        self.done[what] = self.done.get(what, 0) + 1

    def new_table(self):
        table = Table(self.next_table, self.rng)
        self.next_table += 1
        self.tables.append(table)
        return table.create()

    def value(self, table, column):
        if self.rng.random() < 0.15:
            return "NULL"
        if column == "large":
            return LARGE.format(self.rng.choice([1, 90, 400])) if self.rng.random() < 0.5 else "'short'"
        return TYPES[table.columns[column]]

    def insert(self, table, rows=1):
        first, self.next_id = self.next_id, self.next_id + rows
        values = ", ".join(self.value(table, c) for c in table.columns)
        names = "".join(f", {c}" for c in table.columns)
        return f"INSERT INTO {table.name} (id{names}) SELECT n, {values} FROM generate_series({first}, {first + rows - 1}) n;"

    def dml(self):
        rng, table = self.rng, self.rng.choice(self.tables)
        some = f"id % {rng.randint(2, 9)} = {rng.randint(0, 1)} AND id > {self.next_id - rng.randint(1, 400)}"
        what = rng.random()
        if what < 0.45:
            return self.insert(table, rng.choice([1, 1, 3, 20]))
        if what < 0.75:
            column = rng.choice(sorted(table.columns))
            return f"UPDATE {table.name} SET {column} = {self.value(table, column)} WHERE {some};"
        if what < 0.83:
            shift, self.next_id = self.next_id, self.next_id + 2000
            return f"UPDATE {table.name} SET id = {shift + 1999} WHERE id = (SELECT max(id) FROM {table.name});"
        if what < 0.97:
            return f"DELETE FROM {table.name} WHERE {some};"
        tables = ", ".join(t.name for t in rng.sample(self.tables, min(2, len(self.tables))))
        return f"TRUNCATE {tables};"

    def ddl(self):
        rng, what = self.rng, self.rng.random()
        if what < 0.25 and len(self.tables) < 12:
            return self.new_table()
        table = rng.choice(self.tables)
        if what < 0.6:
            name, table.next_column = f"c{table.next_column}", table.next_column + 1
            table.columns[name] = rng.choice(sorted(TYPES))
            return f"ALTER TABLE {table.name} ADD COLUMN {name} {table.columns[name]};"
        droppable = [c for c in table.columns if c != "large"]
        if what < 0.85 and droppable:
            column = rng.choice(droppable)
            del table.columns[column]
            return f"ALTER TABLE {table.name} DROP COLUMN {column};"
        widened = [c for c, t in table.columns.items() if t == "int4"]
        if widened:
            table.columns[widened[0]] = "int8"
            return f"ALTER TABLE {table.name} ALTER COLUMN {widened[0]} TYPE int8;"
        return ""

    def transaction(self, db, other):
        rng, what = self.rng, self.rng.random()
        if what < 0.08:
            self.count("ddl")
            db.run(self.ddl() + self.dml())
        elif what < 0.70:
            self.count("plain")
            db.run("BEGIN;" + "".join(self.dml() for _ in range(rng.randint(1, 4))) + "COMMIT")
        elif what < 0.80:
            self.count("savepoint")
            db.run(f"BEGIN;{self.dml()}SAVEPOINT a;{self.dml()}ROLLBACK TO a;{self.dml()}SAVEPOINT b;{self.dml()}"
                   f"RELEASE b;{self.dml()}COMMIT")
        elif what < 0.86:
            self.count("two-phase")
            self.prepared += 1
            db.run(f"BEGIN;{self.dml()}{self.dml()}PREPARE TRANSACTION 'oracle_{self.prepared}'")
            db.run(rng.choice(["COMMIT", "COMMIT", "ROLLBACK"]) + f" PREPARED 'oracle_{self.prepared}'")
        else:
            # Streamed: two large ones at once, with a savepoint that is rolled back while it is streamed.
            self.count("streamed")
            table = rng.choice(self.tables)
            other.run("BEGIN;" + self.insert(table, 400))
            db.run("BEGIN;" + self.insert(rng.choice(self.tables), 300) + "SAVEPOINT a;" + self.insert(table, 500))
            time.sleep(rng.random() * 0.3)
            db.run("ROLLBACK TO a;" + self.dml() if rng.random() < 0.5 else "RELEASE a;" + self.insert(table, 300))
            other.run(rng.choice(["COMMIT", "ROLLBACK"]))
            db.run(rng.choice(["COMMIT", "COMMIT", "ROLLBACK"]))


def session(database):
    os.environ["PGCORO_TEST_DATABASE"] = database
    return capture.Session(options="-c lock_timeout=5s")


def start_mirror(program):
    dsn = os.environ["PGCORO_TEST_DSN"] + " options='-c logical_decoding_work_mem=64kB' dbname="
    return subprocess.Popen([program, dsn + SOURCE, dsn + TARGET, "everything", SLOT])


def content(db, table):
    return db.run(f"SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t")


def compare(workload, source, target, deadline):
    while True:
        different = []
        for table in workload.tables:
            wanted = content(source, table.name)
            try:
                found = content(target, table.name)
            except RuntimeError as e:
                if not wanted[0].startswith("0 "):
                    different.append((table.name, wanted, str(e)))
                target = session(TARGET)
                continue
            if wanted != found:
                different.append((table.name, wanted, found))
        if not different or time.time() > deadline:
            return different
        time.sleep(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mirror")
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print("seed", arguments.seed, "PostgreSQL", capture.VERSION, flush=True)
    admin = session(os.environ["PGCORO_TEST_DATABASE"])
    for database in (SOURCE, TARGET):
        admin.run(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        admin.run(f"CREATE DATABASE {database}")
    source, other = session(SOURCE), session(SOURCE)
    source.run("CREATE PUBLICATION everything FOR ALL TABLES")
    workload = Workload(arguments.seed)
    for _ in range(5):
        source.run(workload.new_table())
    for _ in range(20):
        source.run(workload.dml())

    mirror, kills, refused = start_mirror(arguments.mirror), 0, 0
    end = time.time() + arguments.seconds
    next_kill = time.time() + 1
    while time.time() < end:
        try:
            workload.transaction(source, other)
        except RuntimeError as e:
            refused += 1
            print("refused:", e.args[0][:160], flush=True)
            source, other = session(SOURCE), session(SOURCE)
            if refused > 20:
                break
        if mirror.poll() is not None:
            print("the mirror ended by itself:", mirror.returncode, flush=True)
            time.sleep(0.5)
            mirror = start_mirror(arguments.mirror)
        if time.time() > next_kill:
            mirror.send_signal(signal.SIGKILL)
            mirror.wait()
            kills += 1
            mirror = start_mirror(arguments.mirror)
            next_kill = time.time() + workload.rng.random() * 3
    for gid in source.run("SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"):
        source.run(f"ROLLBACK PREPARED '{gid}'")
    # A column that was added is known once a row comes.
    for table in workload.tables:
        source.run(workload.insert(table))
    different = compare(workload, source, session(TARGET), time.time() + 60)
    mirror.send_signal(signal.SIGKILL)
    mirror.wait()
    rows = sum(int(content(source, t.name)[0].split()[0]) for t in workload.tables)
    print(f"{sum(workload.done.values())} transactions {workload.done}, {kills} kills, {len(workload.tables)} tables, {rows} rows")
    for difference in different:
        print("DIFFERENT:", *difference)
    if not different:
        time.sleep(0.5)
        source.run(f"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{SLOT}' AND active")
        time.sleep(0.5)
        source.run(f"SELECT pg_drop_replication_slot('{SLOT}')")
        for database in (SOURCE, TARGET):
            admin.run(f"DROP DATABASE {database} WITH (FORCE)")
        print("equal")
    sys.exit(1 if different else 0)


main()
