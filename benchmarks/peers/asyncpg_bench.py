"""asyncpg: prepared statements, binary. It has no pipelining."""
import asyncio
import sys

import asyncpg

from bench import ONE_ROW_SQL, UNSUPPORTED, Bench


async def one_row(bench, connection):
    statement = await connection.prepare(ONE_ROW_SQL)
    bench.start()
    i = 0
    while True:
        if await statement.fetchval(i) != i:
            sys.exit("wrong value")
        i += 1
        if not bench.more(1):
            break


WORKLOADS = {"one_row": one_row}


async def main():
    bench = Bench("asyncpg")
    if bench.workload not in WORKLOADS:
        sys.exit(UNSUPPORTED)
    o = bench.options()
    connection = await asyncpg.connect(host=o["host"], port=int(o["port"]), database=o["dbname"], user=o["user"])
    await WORKLOADS[bench.workload](bench, connection)
    bench.report()
    await connection.close()


asyncio.run(main())
