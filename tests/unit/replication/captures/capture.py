#!/usr/bin/env python3
"""Records what pgoutput sends for one small workload that makes it send every message it has.

  scripts/postgres.sh start 18 --name capture
  eval "$(scripts/postgres.sh env --name capture)"
  tests/unit/replication/captures/capture.py          # writes <version>-<configuration>.pgoutput beside itself

A record is a length (4 bytes), the position in the log (8 bytes) and the message, big-endian. The first byte of the file
is 1 where Stream Abort carries position and time (`streaming 'parallel'`), else 0. The walsender follows while the
workload runs: transactions that are rolled back are streamed only while they are open.
"""
import os
import socket
import struct
import threading
import time

VERSION = int(os.environ["PGCORO_TEST_VERSION"])
FOLDER = os.path.dirname(os.path.abspath(__file__))


class Session:
    """The simple protocol over the Unix socket, where the server trusts everybody."""

    def __init__(self, **parameters):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"{os.environ['PGCORO_TEST_SOCKET_DIR']}/.s.PGSQL.{os.environ['PGCORO_TEST_PORT']}")
        self.input = self.socket.makefile("rb")
        parameters |= {"user": "postgres", "database": os.environ["PGCORO_TEST_DATABASE"]}
        body = struct.pack("!I", 196608)
        for name, value in parameters.items():
            body += name.encode() + b"\0" + value.encode() + b"\0"
        self.socket.sendall(struct.pack("!I", len(body) + 5) + body + b"\0")
        self.until(b"Z")

    def receive(self):
        head = self.input.read(5)
        if not head:
            return b"", b""
        body = self.input.read(struct.unpack("!I", head[1:])[0] - 4)
        if head[:1] == b"E":
            raise RuntimeError(body)
        return head[:1], body

    def until(self, kind):
        rows = []
        while True:
            got, body = self.receive()
            if got == b"D":
                size = struct.unpack("!i", body[2:6])[0]
                rows.append(body[6:6 + max(size, 0)].decode())
            if got == kind:
                return rows

    def send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!I", len(body) + 4) + body)

    def run(self, sql):
        self.send(b"Q", sql.encode() + b"\0")
        return self.until(b"Z")


class Capture(threading.Thread):
    def __init__(self, name, options, two_phase=False):
        super().__init__(daemon=True)
        self.name, self.slot = name, "capture_" + name.replace("-", "_")
        self.records = [bytes(["parallel" in options.get("streaming", "")])]
        self.reached = 0
        create = f"SELECT pg_create_logical_replication_slot('{self.slot}', 'pgoutput'"
        Session().run(create + (", false, true)" if two_phase else ")"))
        self.session = Session(replication="database", options="-c logical_decoding_work_mem=64kB")
        listed = ", ".join(f"{name} '{value}'" for name, value in options.items())
        start = f"START_REPLICATION SLOT {self.slot} LOGICAL 0/0 ({listed}, publication_names 'capture')"
        self.session.send(b"Q", start.encode() + b"\0")
        self.session.until(b"W")
        self.start()

    def run(self):
        while True:
            kind, body = self.session.receive()
            if kind != b"d":
                return
            if body[:1] == b"k":
                self.reached = struct.unpack("!Q", body[1:9])[0]
            else:
                data = body[25:]
                self.records.append(struct.pack("!I", len(data)) + body[1:9] + data)

    def finish(self, position):
        deadline = time.time() + 20
        while self.reached < position and time.time() < deadline:
            self.session.send(b"d", struct.pack("!cQQQqB", b"r", 0, 0, 0, 0, 1))
            time.sleep(0.1)
        self.session.socket.shutdown(socket.SHUT_RDWR)
        path = f"{FOLDER}/{VERSION}-{self.name}.pgoutput"
        with open(path, "wb") as file:
            file.writelines(self.records)
        print(f"{path}: {len(self.records) - 1} messages, {os.path.getsize(path)} bytes")
        kinds = sorted({chr(r[12]) for r in self.records[1:]})
        print("  kinds:", "".join(kinds))
        time.sleep(0.5)
        Session().run(f"SELECT pg_drop_replication_slot('{self.slot}')")


# An empty name takes 64 bytes of the walsender's memory, and hardly any on the wire.
MANY = "INSERT INTO parts SELECT n, {}, array_fill(''::name, ARRAY[100]) FROM generate_series({}, {}) n"


def let_the_walsender_follow(db):
    """The log is flushed as far as it has been written."""
    db.run("SET synchronous_commit = on; SELECT txid_current()")
    time.sleep(1)


def workload(db, other):
    long_text = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 70) n)"
    db.run("INSERT INTO orders VALUES (1, 'Ann', 12.50, '2024-02-29 12:30:00.5+00', 'happy', NULL),"
           f" (2, '', -0.01, NULL, NULL, {long_text}), (3, 'Zoë', 'NaN', 'infinity', 'sad', 'short')")
    db.run("UPDATE orders SET amount = amount + 1 WHERE id = 2")          # the note is left out
    db.run("UPDATE orders SET id = 102 WHERE id = 1")                     # an old key
    db.run("DELETE FROM orders WHERE id = 3")
    db.run(f"INSERT INTO whole VALUES (1, {long_text}, '{{1,NULL,3}}')")
    db.run("UPDATE whole SET id = 2")                                     # a whole old row
    db.run("DELETE FROM whole")
    db.run("BEGIN; INSERT INTO parts VALUES (1, 1); SAVEPOINT a; INSERT INTO parts VALUES (2, 2); ROLLBACK TO a;"
           " INSERT INTO parts VALUES (3, 3); COMMIT")
    db.run("SELECT pg_logical_emit_message(true, 'greeting', 'within'), pg_logical_emit_message(false, 'greeting', 'alone')")
    db.run("BEGIN; INSERT INTO orders (id) VALUES (4); ALTER TABLE orders DROP COLUMN customer, ADD COLUMN extra int DEFAULT 7;"
           " INSERT INTO orders (id) VALUES (5); COMMIT")
    db.run("TRUNCATE orders, parts RESTART IDENTITY; TRUNCATE whole CASCADE")

    origin = Session()
    origin.run("SELECT pg_replication_origin_create('elsewhere')")
    origin.run("SELECT pg_replication_origin_session_setup('elsewhere')")
    origin.run("BEGIN; SELECT pg_replication_origin_xact_setup('0/ABCDEF', '2024-01-01 00:00:00+00');"
               " INSERT INTO parts VALUES (9, 9); COMMIT")
    origin.run("SELECT pg_replication_origin_session_reset(); SELECT pg_replication_origin_drop('elsewhere')")

    # Two large transactions at once: one is committed but for a savepoint, the other rolled back.
    other.run("BEGIN")
    other.run(MANY.format(1, 10001, 10012))
    db.run("BEGIN")
    db.run(MANY.format(2, 20001, 20012))
    db.run("SAVEPOINT a")
    db.run(MANY.format(3, 30001, 30012))
    let_the_walsender_follow(Session())
    db.run("ROLLBACK TO a")
    db.run("ALTER TABLE whole ADD COLUMN later int; INSERT INTO whole VALUES (7, 'x', NULL, 7)")
    db.run("SELECT pg_logical_emit_message(true, 'greeting', 'in a stream')")
    db.run(MANY.format(4, 40001, 40012))
    let_the_walsender_follow(Session())
    other.run("ROLLBACK")
    db.run("COMMIT")
    db.run("INSERT INTO whole VALUES (8, 'y', NULL, 8)")

    db.run("BEGIN; INSERT INTO parts VALUES (51, 1); PREPARE TRANSACTION 'kept'")
    db.run("BEGIN; INSERT INTO parts VALUES (52, 1); PREPARE TRANSACTION 'dropped'")
    db.run("BEGIN; " + MANY.format(5, 50001, 50012) + "; PREPARE TRANSACTION 'large'")
    let_the_walsender_follow(Session())
    db.run("COMMIT PREPARED 'kept'")
    db.run("ROLLBACK PREPARED 'dropped'")
    db.run("COMMIT PREPARED 'large'")


def main():
    db, other = Session(), Session()
    db.run("DROP PUBLICATION IF EXISTS capture")
    db.run("DROP TABLE IF EXISTS orders, whole, parts; DROP TYPE IF EXISTS mood")
    db.run("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')")
    db.run("CREATE TABLE orders (id bigint PRIMARY KEY, customer text, amount numeric(12,2), placed timestamptz,"
           " mood mood, note text); ALTER TABLE orders ALTER note SET STORAGE EXTERNAL")
    db.run("CREATE TABLE whole (id int, note text, tags int[]); ALTER TABLE whole ALTER note SET STORAGE EXTERNAL;"
           " ALTER TABLE whole REPLICA IDENTITY FULL")
    db.run("CREATE TABLE parts (id int PRIMARY KEY, part int, padding name[]);"
           " ALTER TABLE parts ALTER padding SET STORAGE PLAIN")
    db.run("CREATE PUBLICATION capture FOR TABLE orders, whole, parts")

    captures = [Capture("1", {"proto_version": "1"})]
    if VERSION == 14:
        captures.append(Capture("2", {"proto_version": "2", "binary": "true", "messages": "true", "streaming": "true"}))
    if VERSION >= 15:
        captures.append(Capture("3", {"proto_version": "3", "messages": "true", "streaming": "true",
                                      "two_phase": "true"}, True))
    if VERSION >= 16:
        captures.append(Capture("4", {"proto_version": "4", "binary": "true", "messages": "true",
                                      "streaming": "parallel", "two_phase": "true", "origin": "any"}, True))
    workload(db, other)
    let_the_walsender_follow(Session())
    position = db.run("SELECT pg_current_wal_lsn()")[0].split("/")
    for capture in captures:
        capture.finish((int(position[0], 16) << 32) + int(position[1], 16))
    db.run("DROP PUBLICATION capture; DROP TABLE orders, whole, parts; DROP TYPE mood")


if __name__ == "__main__":
    main()
