// node-postgres' pool: 256 clients, 8 connections, one prepared one-row SELECT at a time. Needs the npm package "pg":
// where it is not installed, the peer says that it does not have the workload.
'use strict';

const CLIENTS = 256;
const CONNECTIONS = 8;
const UNSUPPORTED = 3;
const [dsn, workload, seconds, operations] = process.argv.slice(2);

let pg;
try {
  pg = require('pg');
} catch {
  process.exit(UNSUPPORTED);
}
if (workload !== 'pool') process.exit(UNSUPPORTED);

const o = Object.fromEntries(dsn.split(' ').map((pair) => pair.split('=')));
const limit = seconds === '-n' ? Infinity : Number(seconds) * 1000;
const most = seconds === '-n' ? Number(operations) : Infinity;

async function main() {
  const pool = new pg.Pool({ host: o.host, port: Number(o.port), database: o.dbname, user: o.user, max: CONNECTIONS });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('SELECT 1')));
  let done = 0;
  const usage = process.cpuUsage();
  const started = process.hrtime.bigint();
  const elapsed = () => Number(process.hrtime.bigint() - started) / 1e6;
  const client = async () => {
    for (let i = 0; done < most && elapsed() < limit; ++i, ++done) {
      const { rows } = await pool.query({ name: 's', text: 'SELECT $1::int8 AS n', values: [i] });
      if (Number(rows[0].n) !== i) throw new Error('wrong value');
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const took = elapsed() / 1000;
  const used = process.cpuUsage(usage);
  console.log(JSON.stringify({ peer: 'node_postgres_pool', workload, ops: done, seconds: took,
                               user_us: used.user, sys_us: used.system }));
  await pool.end();
}

main();
