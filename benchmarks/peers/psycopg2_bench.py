"""psycopg2: libpq below, text, parameters put into the statement by the client; EXECUTE of a prepared statement."""
import sys

import psycopg2

from bench import ONE_ROW_SQL, UNSUPPORTED, Bench


def one_row(bench, connection):
    cursor = connection.cursor()
    cursor.execute("PREPARE one_row AS " + ONE_ROW_SQL)
    bench.start()
    i = 0
    while True:
        cursor.execute("EXECUTE one_row(%s)", (i,))
        if cursor.fetchone()[0] != i:
            sys.exit("wrong value")
        i += 1
        if not bench.more(1):
            break


WORKLOADS = {"one_row": one_row}


def main():
    bench = Bench("psycopg2")
    if bench.workload not in WORKLOADS:
        sys.exit(UNSUPPORTED)
    connection = psycopg2.connect(bench.dsn)
    connection.autocommit = True
    WORKLOADS[bench.workload](bench, connection)
    bench.report()
    connection.close()


main()
