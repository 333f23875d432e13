/* libpq as most C and C++ programs use it: results in text, converted with what the standard library has. */
#include <libpq-fe.h>

#include "bench.h"
#include "rows/libpq_rows.h"

int main(int argc, char** argv) {
  struct bench b = bench_arguments("libpq_text", argc, argv);
  if (strncmp(b.workload, "rows_", 5) != 0) return BENCH_UNSUPPORTED;
  PGconn* connection = PQconnectdb(b.dsn);
  if (PQstatus(connection) != CONNECTION_OK) {
    fprintf(stderr, "libpq_text_bench: connect: %s\n", PQerrorMessage(connection));
    return 1;
  }
  const int done = libpq_rows(&b, connection, 0);
  PQfinish(connection);
  return done ? 0 : BENCH_UNSUPPORTED;
}
