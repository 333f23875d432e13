/* The floor: a raw socket that replays the request bytes of the same work and looks at nothing of the replies but their
 * length. No driver can use less CPU on these system calls. libpq only connects and prepares. */
#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/socket.h>

#include "bench.h"
#include "rows/rows.h"

/* Bind to the unnamed portal of statement "one_row" with one binary int8, all results binary; Execute; Sync. */
#define BIND "B\0\0\0\x23\0one_row\0\0\1\0\1\0\1\0\0\0\x08\0\0\0\0\0\0\0\7\0\1\0\1"
#define EXECUTE "E\0\0\0\x09\0\0\0\0\0"
#define SYNC "S\0\0\0\4"
enum { BIND_LENGTH = sizeof BIND - 1, EXECUTE_LENGTH = sizeof EXECUTE - 1, SYNC_LENGTH = sizeof SYNC - 1 };

/* BindComplete, DataRow with one int8, CommandComplete "SELECT 1"; ReadyForQuery. */
enum { ROW_REPLY = 5 + 19 + 14, SYNC_REPLY = 6 };

static char request[BENCH_IN_FLIGHT * (BIND_LENGTH + EXECUTE_LENGTH + SYNC_LENGTH)];
static char replies[1 << 16];

static size_t append(size_t at, const char* message, size_t length) {
  memcpy(request + at, message, length);
  return at + length;
}

static size_t make_request(int statements, int sync_each) {
  size_t length = 0;
  for (int i = 0; i < statements; ++i) {
    length = append(length, BIND, BIND_LENGTH);
    length = append(length, EXECUTE, EXECUTE_LENGTH);
    if (sync_each || i + 1 == statements) length = append(length, SYNC, SYNC_LENGTH);
  }
  return length;
}

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void run(struct bench* b, int socket, int statements, int sync_each) {
  const size_t request_length = make_request(statements, sync_each);
  const size_t reply_length = (size_t)statements * ROW_REPLY + (size_t)(sync_each ? statements : 1) * SYNC_REPLY;
  do {
    if (send(socket, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length) fail("send");
    for (size_t got = 0; got < reply_length;) {
      const ssize_t n = recv(socket, replies, sizeof replies, 0);
      if (n <= 0) fail("recv");
      got += (size_t)n;
      if (got > reply_length) {
        fprintf(stderr, "floor_bench: unexpected reply: %.*s\n", (int)n, replies);
        exit(1);
      }
    }
  } while (bench_more(b, statements));
}

static const char* rows_sql(const char* workload) {
  if (strcmp(workload, "rows_narrow") == 0) return ROWS_NARROW_SQL;
  if (strcmp(workload, "rows_wide") == 0) return ROWS_WIDE_SQL;
  if (strcmp(workload, "rows_typed") == 0) return ROWS_TYPED_SQL;
  return NULL;
}

/* A large result: read to the six bytes of ReadyForQuery, which nothing follows. */
static void run_rows(struct bench* b, int socket, long rows) {
  static const char bind[] = "B\0\0\0\x12\0rows\0\0\0\0\0\0\1\0\1" EXECUTE SYNC;
  static const char ready[] = "Z\0\0\0\5I";
  do {
    if (send(socket, bind, sizeof bind - 1, MSG_NOSIGNAL) != sizeof bind - 1) fail("send");
    ssize_t n;
    do {
      n = recv(socket, replies, sizeof replies, 0);
      if (n <= 0) fail("recv");
    } while (n < 6 || memcmp(replies + n - 6, ready, 6) != 0);
  } while (bench_more(b, rows));
}

int main(int argc, char** argv) {
  struct bench b = bench_arguments("floor", argc, argv);
  const char* const sql = rows_sql(b.workload);
  const int one_row = strcmp(b.workload, "one_row") == 0, sync_each = strcmp(b.workload, "pipeline_sync_each") == 0;
  if (!sql && !one_row && !sync_each && strcmp(b.workload, "pipeline") != 0) return BENCH_UNSUPPORTED;
  PGconn* connection = PQconnectdb(b.dsn);
  PQclear(PQprepare(connection, "one_row", BENCH_ONE_ROW_SQL, 0, NULL));
  long rows = 0;
  if (sql) {
    PQclear(PQprepare(connection, "rows", sql, 0, NULL));
    PGresult* const result = PQexecPrepared(connection, "rows", 0, NULL, NULL, NULL, 1);
    rows = PQntuples(result);
    PQclear(result);
  }
  const int socket = PQsocket(connection);
  if (PQstatus(connection) != CONNECTION_OK) fail(PQerrorMessage(connection));
  fcntl(socket, F_SETFL, 0); /* libpq made it non-blocking */
  bench_start(&b);
  if (sql)
    run_rows(&b, socket, rows);
  else
    run(&b, socket, one_row ? 1 : BENCH_IN_FLIGHT, sync_each);
  bench_report(&b);
  PQfinish(connection);
  return 0;
}
