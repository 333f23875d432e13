/* libpq as a careful C programmer uses it: prepared statements, binary parameters and results, pipeline mode.
 * The yardstick of scripts/bench.sh. */
#include <endian.h>
#include <libpq-fe.h>
#include <stdint.h>

#include "bench.h"
#include "rows/libpq_rows.h"

static PGconn* connection;

static void fail(const char* what) {
  fprintf(stderr, "libpq_bench: %s: %s\n", what, PQerrorMessage(connection));
  exit(1);
}

static void send_one_row(int64_t value) {
  const uint64_t wire = htobe64((uint64_t)value);
  const char* values[] = {(const char*)&wire};
  const int lengths[] = {sizeof wire}, formats[] = {1};
  if (!PQsendQueryPrepared(connection, "one_row", 1, values, lengths, formats, 1)) fail("send");
}

/* Decodes the one value of one row, as a user of the driver would. */
static int64_t take_value(PGresult* result) {
  uint64_t wire;
  if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) fail("result");
  memcpy(&wire, PQgetvalue(result, 0, 0), sizeof wire);
  PQclear(result);
  return (int64_t)be64toh(wire);
}

static void expect(int64_t got, int64_t wanted) {
  if (got != wanted) fail("wrong value");
}

static void expect_sync(void) {
  PGresult* result = PQgetResult(connection);
  if (PQresultStatus(result) != PGRES_PIPELINE_SYNC) fail("sync");
  PQclear(result);
}

/* One statement's reply in pipeline mode: its result, and the NULL behind it. */
static void expect_piped_row(int64_t wanted) {
  expect(take_value(PQgetResult(connection)), wanted);
  if (PQgetResult(connection) != NULL) fail("one result expected");
}

/* One at a time: send, wait, decode. */
static void one_row(struct bench* b) {
  int64_t i = 0;
  do {
    const uint64_t wire = htobe64((uint64_t)i);
    const char* values[] = {(const char*)&wire};
    const int lengths[] = {sizeof wire}, formats[] = {1};
    expect(take_value(PQexecPrepared(connection, "one_row", 1, values, lengths, formats, 1)), i++);
  } while (bench_more(b, 1));
}

/* A pipeline of 100 statements and one Sync. */
static void pipeline(struct bench* b) {
  int64_t first = 0;
  PQenterPipelineMode(connection);
  do {
    for (int i = 0; i < BENCH_IN_FLIGHT; ++i) send_one_row(first + i);
    if (!PQpipelineSync(connection)) fail("sync");
    for (int i = 0; i < BENCH_IN_FLIGHT; ++i) expect_piped_row(first + i);
    expect_sync();
    first += BENCH_IN_FLIGHT;
  } while (bench_more(b, BENCH_IN_FLIGHT));
}

static void send_with_sync(int64_t value) {
  send_one_row(value);
#ifdef LIBPQ_HAS_SEND_PIPELINE_SYNC
  if (!PQsendPipelineSync(connection)) fail("sync"); /* from libpq 17 on: without a write of its own */
#else
  if (!PQpipelineSync(connection)) fail("sync");
#endif
}

/* 100 statements in flight, each with its own Sync: whatever a read brought is taken, then as many are sent anew. */
static void pipeline_sync_each(struct bench* b) {
  int64_t sent = 0, received = 0, finished;
  PQenterPipelineMode(connection);
  do {
    finished = received;
    while (sent < received + BENCH_IN_FLIGHT) send_with_sync(sent++);
    if (PQflush(connection) < 0) fail("flush");
    do {
      expect_piped_row(received++);
      expect_sync();
    } while (received < sent && !PQisBusy(connection));
    finished = received - finished;
  } while (bench_more(b, finished));
}

static const struct {
  const char* name;
  void (*run)(struct bench*);
} workloads[] = {
    {"one_row", one_row},
    {"pipeline", pipeline},
    {"pipeline_sync_each", pipeline_sync_each},
};

int main(int argc, char** argv) {
  struct bench b = bench_arguments("libpq", argc, argv);
  for (size_t i = 0; i < sizeof workloads / sizeof *workloads; ++i) {
    if (strcmp(workloads[i].name, b.workload) != 0) continue;
    connection = PQconnectdb(b.dsn);
    if (PQstatus(connection) != CONNECTION_OK) fail("connect");
    PQclear(PQprepare(connection, "one_row", BENCH_ONE_ROW_SQL, 0, NULL));
    bench_start(&b);
    workloads[i].run(&b);
    bench_report(&b);
    PQfinish(connection);
    return 0;
  }
  if (strncmp(b.workload, "rows_", 5) != 0) return BENCH_UNSUPPORTED;
  connection = PQconnectdb(b.dsn);
  if (PQstatus(connection) != CONNECTION_OK) fail("connect");
  const int done = libpq_rows(&b, connection, 1);
  PQfinish(connection);
  return done ? 0 : BENCH_UNSUPPORTED;
}
