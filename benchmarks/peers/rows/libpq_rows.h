/* Large results through libpq, with what a C++ programmer writes around it today. */
#ifndef PGCORO_LIBPQ_ROWS_H
#define PGCORO_LIBPQ_ROWS_H

#include <libpq-fe.h>

struct bench;

/* Runs the workload if it is one of rows_*; 0 where it is none. `binary`: results in binary, decoded by hand; else in
 * text, converted with strtol, strtod, std::string. */
#ifdef __cplusplus
extern "C"
#endif
    int
    libpq_rows(struct bench* b, PGconn* connection, int binary);

#endif
