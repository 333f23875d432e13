"""asyncpg on the work of pgcoro_bulk: copy_records_to_table, and copy_from_query to a file object.

    asyncpg_bulk.py DSN copy_in|csv_out [ROWS]
"""
import asyncio
import resource
import sys
import time

import asyncpg


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def main():
    workload, rows = sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 10_000_000
    words = dict(word.split("=", 1) for word in sys.argv[1].split())
    db = await asyncpg.connect(host=words.get("host"), port=words.get("port"), user=words.get("user"),
                               database=words.get("dbname"))
    await db.execute("CREATE TEMP TABLE bulk (id int4, value int8, name text)")
    before, began = cpu_seconds(), time.monotonic()
    if workload == "copy_in":
        records = ((i, i * 1000003, "name of a row") for i in range(rows))
        await db.copy_records_to_table("bulk", records=records)
    else:
        query = f"SELECT n::int4, n::int8 * 1000003, 'name of a row' FROM (SELECT generate_series(1, {rows}) AS n) s"
        await db.copy_from_query(query, output="/dev/null", format="csv")
    cpu, wall = cpu_seconds() - before, time.monotonic() - began
    print(f"asyncpg {workload}: {rows} rows, {1e6 * cpu / rows:.4f} us of CPU a row, {wall:.2f} s")


asyncio.run(main())
