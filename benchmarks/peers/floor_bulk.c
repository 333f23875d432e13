/* The floor of pgcoro_bulk: a raw socket that moves the bytes of the same binary COPY and neither makes nor reads a
 * row. libpq only connects and begins.
 *
 *   floor_bulk DSN copy_out|copy_in [ROWS] */
#include <libpq-fe.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

static const char row[] = "\0\3\0\0\0\4\0\0\0\1\0\0\0\x08\0\0\0\0\0\x0f\x42\x43\0\0\0\x0dname of a row";
static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* and the terminating NUL */
enum { ROW = sizeof row - 1, HEADER = sizeof header, ROWS_A_BLOCK = 65536 / ROW };

static char block[5 + ROWS_A_BLOCK * ROW];
static char received[1 << 16];

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void wait_for(int socket, short what) {
  struct pollfd one = {.fd = socket, .events = what};
  if (poll(&one, 1, -1) < 0) fail("poll");
}

static void send_all(int socket, const char* at, size_t size) {
  while (size > 0) {
    const ssize_t n = send(socket, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0) {
      wait_for(socket, POLLOUT);
      continue;
    }
    at += n;
    size -= (size_t)n;
  }
}

static void send_data(int socket, char* message, size_t body) {
  const uint32_t length = (uint32_t)body + 4;
  message[0] = 'd';
  for (int i = 0; i < 4; ++i) message[1 + i] = (char)(length >> (24 - 8 * i));
  send_all(socket, message, 5 + body);
}

/* Reads up to ReadyForQuery, which is the last thing that comes. Gives how many bytes. */
static long until_ready(int socket) {
  static const char ready[] = "Z\0\0\0\5";
  char tail[6] = {0};
  long all = 0;
  while (memcmp(tail, ready, 5) != 0) {
    const ssize_t n = recv(socket, received, sizeof received, MSG_DONTWAIT);
    if (n <= 0) {
      wait_for(socket, POLLIN);
      continue;
    }
    all += n;
    if (n >= 6) {
      memcpy(tail, received + n - 6, 6);
    } else {
      memmove(tail, tail + n, 6 - (size_t)n);
      memcpy(tail + 6 - n, received, (size_t)n);
    }
  }
  return all;
}

static long copy_in(int socket, long rows) {
  char first[5 + HEADER], last[7];
  long bytes = HEADER + rows * ROW;
  memcpy(first + 5, header, HEADER);
  send_data(socket, first, HEADER);
  for (int i = 0; i < ROWS_A_BLOCK; ++i) memcpy(block + 5 + i * ROW, row, ROW);
  for (; rows > 0; rows -= ROWS_A_BLOCK)
    send_data(socket, block, (size_t)(rows < ROWS_A_BLOCK ? rows : ROWS_A_BLOCK) * ROW);
  last[5] = last[6] = (char)0xff;
  send_data(socket, last, 2);
  send_all(socket, "c\0\0\0\4", 5);
  until_ready(socket);
  return bytes;
}

int main(int argc, char** argv) {
  if (argc < 3) return 1;
  const int in = strcmp(argv[2], "copy_in") == 0;
  const long rows = argc > 3 ? atol(argv[3]) : 10000000;
  PGconn* db = PQconnectdb(argv[1]);
  char sql[256];
  PQclear(PQexec(db, "CREATE TEMP TABLE bulk (id int4, value int8, name text)"));
  snprintf(sql, sizeof sql,
           "COPY (SELECT n::int4, n::int8 * 1000003, 'name of a row' FROM (SELECT generate_series(1, %ld) AS n) s) TO "
           "STDOUT (FORMAT binary)",
           rows);
  const double before = cpu_seconds(), began = seconds();
  PGresult* const begun = PQexec(db, in ? "COPY bulk FROM STDIN (FORMAT binary)" : sql);
  if (PQresultStatus(begun) != (in ? PGRES_COPY_IN : PGRES_COPY_OUT)) {
    fprintf(stderr, "%s\n", PQerrorMessage(db));
    return 1;
  }
  const long bytes = in ? copy_in(PQsocket(db), rows) : until_ready(PQsocket(db));
  printf("raw socket %s: %ld rows, %.4f us of CPU a row, %.2f s, %ld bytes\n", argv[2], rows,
         1e6 * (cpu_seconds() - before) / (double)rows, seconds() - began, bytes);
  return 0;
}
