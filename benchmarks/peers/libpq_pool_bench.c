/* libpq where others have a pool: 8 threads, each with a connection, one prepared one-row SELECT at a time. */
#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "bench.h"

enum { THREADS = 8, INT8OID = 20, BATCH = 16 };

static struct bench shared;
static atomic_long done;
static pthread_barrier_t ready;

static void fail(PGconn* connection, const char* what) {
  fprintf(stderr, "libpq_pool_bench: %s: %s\n", what, PQerrorMessage(connection));
  exit(1);
}

static void select_one(PGconn* connection, int64_t number) {
  const uint64_t wire = htobe64((uint64_t)number);
  const char* values[] = {(const char*)&wire};
  const int lengths[] = {sizeof wire};
  const int formats[] = {1};
  PGresult* result = PQexecPrepared(connection, "s", 1, values, lengths, formats, 1);
  uint64_t answer;
  if (PQresultStatus(result) != PGRES_TUPLES_OK) fail(connection, "SELECT");
  memcpy(&answer, PQgetvalue(result, 0, 0), sizeof answer);
  if (be64toh(answer) != (uint64_t)number) fail(connection, "wrong value");
  PQclear(result);
}

static void* worker(void* unused) {
  PGconn* connection = PQconnectdb(shared.dsn);
  int64_t i = 0;
  (void)unused;
  if (PQstatus(connection) != CONNECTION_OK) fail(connection, "connect");
  const Oid types[] = {INT8OID};
  PQclear(PQprepare(connection, "s", BENCH_ONE_ROW_SQL, 1, types));
  pthread_barrier_wait(&ready);
  pthread_barrier_wait(&ready); /* the clock runs */
  for (;;) {
    for (int k = 0; k < BATCH; ++k) select_one(connection, i++);
    const long all = atomic_fetch_add(&done, BATCH) + BATCH;
    if (shared.operations > 0 ? all >= shared.operations : bench_elapsed(&shared) >= shared.seconds) break;
  }
  PQfinish(connection);
  return NULL;
}

int main(int argc, char** argv) {
  pthread_t threads[THREADS];
  shared = bench_arguments("libpq_pool", argc, argv);
  if (strcmp(shared.workload, "pool") != 0 && strcmp(shared.workload, "pool_threads") != 0) return BENCH_UNSUPPORTED;
  pthread_barrier_init(&ready, NULL, THREADS + 1);
  for (int i = 0; i < THREADS; ++i) pthread_create(&threads[i], NULL, worker, NULL);
  pthread_barrier_wait(&ready);
  bench_start(&shared);
  pthread_barrier_wait(&ready);
  for (int i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  shared.done = done;
  bench_report(&shared);
  return 0;
}
