/* What every compiled peer shares, in C and C++: the command line, the clock, and the line of JSON at the end.
 *
 *   <peer> DSN WORKLOAD SECONDS          run for SECONDS (may be a fraction)
 *   <peer> DSN WORKLOAD -n OPERATIONS    run at least OPERATIONS operations
 *
 * Exit status 3: the peer does not have this workload. Only the operations are measured, not connecting and preparing.
 */
#ifndef PGCORO_BENCH_H
#define PGCORO_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BENCH_IN_FLIGHT = 100, BENCH_UNSUPPORTED = 3 };

#define BENCH_ONE_ROW_SQL "SELECT $1::int8"

struct bench {
  const char* peer;
  const char* dsn;
  const char* workload;
  double seconds;  /* 0 where operations counts */
  long operations; /* 0 where seconds counts */
  long done;       /* operations finished since bench_start */
  struct timespec started;
  struct rusage usage;
};

static inline struct bench bench_arguments(const char* peer, int argc, char** argv) {
  struct bench b;
  memset(&b, 0, sizeof b);
  b.peer = peer;
  if (argc == 4) b.seconds = atof(argv[3]);
  if (argc == 5 && strcmp(argv[3], "-n") == 0) b.operations = atol(argv[4]);
  if (b.seconds <= 0 && b.operations <= 0) {
    fprintf(stderr, "usage: %s DSN WORKLOAD (SECONDS | -n OPERATIONS)\n", argv[0]);
    exit(2);
  }
  b.dsn = argv[1];
  b.workload = argv[2];
  return b;
}

static inline double bench_elapsed(const struct bench* b) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - b->started.tv_sec) + (double)(now.tv_nsec - b->started.tv_nsec) / 1e9;
}

static inline void bench_start(struct bench* b) {
  b->done = 0;
  clock_gettime(CLOCK_MONOTONIC, &b->started);
  getrusage(RUSAGE_SELF, &b->usage);
}

/* Counts finished operations; 1 while there is more to do. The clock is read only once in about 64 operations. */
static inline int bench_more(struct bench* b, long finished) {
  const long before = b->done;
  b->done += finished;
  if (b->operations > 0) return b->done < b->operations;
  return before / 64 == b->done / 64 || bench_elapsed(b) < b->seconds;
}

static inline double bench_microseconds(struct timeval now, struct timeval then) {
  return (double)(now.tv_sec - then.tv_sec) * 1e6 + (double)(now.tv_usec - then.tv_usec);
}

static inline void bench_report(const struct bench* b) {
  const double seconds = bench_elapsed(b);
  struct rusage now;
  getrusage(RUSAGE_SELF, &now);
  printf(
      "{\"peer\": \"%s\", \"workload\": \"%s\", \"ops\": %ld, \"seconds\": %.6f, \"user_us\": %.0f, \"sys_us\": "
      "%.0f}\n",
      b->peer, b->workload, b->done, seconds, bench_microseconds(now.ru_utime, b->usage.ru_utime),
      bench_microseconds(now.ru_stime, b->usage.ru_stime));
}

#endif
