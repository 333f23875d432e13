// libpq on the work of pgcoro_bulk: single-row and chunked rows mode with binary results, COPY in binary read and
// written by hand.
//
//   libpq_bulk DSN stream|stream_chunked|copy_out|copy_in [ROWS]
#define _GNU_SOURCE
#include <dlfcn.h>
#include <endian.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static int64_t sum;
static char name[4096];

static uint64_t be64(const char* at) {
  uint64_t bits;
  memcpy(&bits, at, 8);
  return be64toh(bits);
}
static uint32_t be32(const char* at) {
  uint32_t bits;
  memcpy(&bits, at, 4);
  return be32toh(bits);
}

static void fail(PGconn* db) {
  fprintf(stderr, "%s\n", PQerrorMessage(db));
  exit(1);
}

static long take_rows(const PGresult* r) {
  const int rows = PQntuples(r);
  for (int i = 0; i < rows; ++i) {
    const int size = PQgetlength(r, i, 2);
    sum += (int64_t)be64(PQgetvalue(r, i, 1)) + (int32_t)be32(PQgetvalue(r, i, 0)) + size;
    memcpy(name, PQgetvalue(r, i, 2), (size_t)size);
  }
  return rows;
}

/* libpq's function from 17 on, looked up so that the program is built and runs with older ones, too. */
static void ask_for_chunks(PGconn* db) {
  int (*set)(PGconn*, int) = NULL;
  *(void**)&set = dlsym(RTLD_DEFAULT, "PQsetChunkedRowsMode");
  if (set == NULL) {
    fprintf(stderr, "this libpq has no chunked rows mode\n");
    exit(3);
  }
  set(db, 1000);
}

static long stream(PGconn* db, const char* sql, int in_chunks) {
  long rows = 0;
  PGresult* r;
  PQsendQueryParams(db, sql, 0, NULL, NULL, NULL, NULL, 1);
  if (in_chunks)
    ask_for_chunks(db);
  else
    PQsetSingleRowMode(db);
  while ((r = PQgetResult(db)) != NULL) {
    if (PQresultStatus(r) == PGRES_FATAL_ERROR) fail(db);
    rows += take_rows(r);
    PQclear(r);
  }
  return rows;
}

static long copy_out(PGconn* db, const char* sql) {
  char text[512];
  char* row;
  int size, first = 1;
  long rows = 0;
  snprintf(text, sizeof text, "COPY (%s) TO STDOUT (FORMAT binary)", sql);
  PQclear(PQexec(db, text));
  while ((size = PQgetCopyData(db, &row, 0)) > 0) {
    const char* at = row + (first ? 19 : 0);
    first = 0;
    if (at < row + size && (int16_t)((at[0] << 8) | (unsigned char)at[1]) == 3) {
      const uint32_t length = be32(at + 22);
      sum += (int64_t)be64(at + 14) + (int32_t)be32(at + 6) + length;
      memcpy(name, at + 26, length);
      ++rows;
    }
    PQfreemem(row);
  }
  PQclear(PQgetResult(db));
  return rows;
}

static char* put32(char* at, uint32_t value) {
  value = htobe32(value);
  memcpy(at, &value, 4);
  return at + 4;
}

static long copy_in(PGconn* db, long rows) {
  static char block[65536 + 256];
  static const char text[] = "name of a row";
  char* at = block;
  PQclear(PQexec(db, "COPY bulk FROM STDIN (FORMAT binary)"));
  memcpy(at, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
  at += 19;
  for (long i = 0; i < rows; ++i) {
    const uint64_t value = htobe64((uint64_t)i * 1000003);
    *at++ = 0;
    *at++ = 3;
    at = put32(put32(at, 4), (uint32_t)i);
    at = put32(at, 8);
    memcpy(at, &value, 8);
    at = put32(at + 8, sizeof text - 1);
    memcpy(at, text, sizeof text - 1);
    at += sizeof text - 1;
    if (at - block >= 65536) {
      if (PQputCopyData(db, block, (int)(at - block)) != 1) fail(db);
      at = block;
    }
  }
  *at++ = (char)0xff;
  *at++ = (char)0xff;
  if (PQputCopyData(db, block, (int)(at - block)) != 1 || PQputCopyEnd(db, NULL) != 1) fail(db);
  PGresult* r = PQgetResult(db);
  const long loaded = atol(PQcmdTuples(r));
  PQclear(r);
  return loaded;
}

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  const long rows = argc > 3 ? atol(argv[3]) : 10000000;
  PGconn* db = PQconnectdb(argv[1]);
  char sql[256];
  if (PQstatus(db) != CONNECTION_OK) fail(db);
  PQclear(PQexec(db, "CREATE TEMP TABLE bulk (id int4, value int8, name text)"));
  snprintf(sql, sizeof sql,
           "SELECT n::int4, n::int8 * 1000003, 'name of a row' FROM (SELECT generate_series(1, %ld) AS n) s", rows);
  const double before = cpu_seconds();
  const long moved = strcmp(argv[2], "stream") == 0           ? stream(db, sql, 0)
                     : strcmp(argv[2], "stream_chunked") == 0 ? stream(db, sql, 1)
                     : strcmp(argv[2], "copy_out") == 0       ? copy_out(db, sql)
                                                              : copy_in(db, rows);
  const double cpu = cpu_seconds() - before;
  if (moved != rows) {
    fprintf(stderr, "rows are missing: %ld\n", moved);
    return 1;
  }
  printf("libpq %s: %ld rows, %.4f us of CPU a row\n", argv[2], rows, 1e6 * cpu / (double)rows);
  PQfinish(db);
  return 0;
}
