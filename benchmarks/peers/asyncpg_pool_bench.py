"""asyncpg's pool: 256 tasks, 8 connections, one prepared one-row SELECT at a time."""
import asyncio
import sys

import asyncpg

from bench import ONE_ROW_SQL, UNSUPPORTED, Bench

CLIENTS = 256
CONNECTIONS = 8


async def client(bench, pool, state):
    i = 0
    while state["more"]:
        if await pool.fetchval(ONE_ROW_SQL, i) != i:
            sys.exit("wrong value")
        i += 1
        state["more"] = state["more"] and bench.more(1)


async def main():
    bench = Bench("asyncpg_pool")
    if bench.workload != "pool":
        sys.exit(UNSUPPORTED)
    o = bench.options()
    async with asyncpg.create_pool(host=o["host"], port=int(o["port"]), database=o["dbname"], user=o["user"],
                                   min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        state = {"more": True}
        bench.start()
        await asyncio.gather(*(client(bench, pool, state) for _ in range(CLIENTS)))
        bench.report()


asyncio.run(main())
