/* Large results: what every peer is asked for. The unit of work is a row. */
#ifndef PGCORO_ROWS_H
#define PGCORO_ROWS_H

/* int4, float8, text: 100,000 rows. */
#define ROWS_NARROW_SQL "SELECT i::int4, i * 0.5::float8, 'row ' || i FROM generate_series(1, 100000) AS i"

/* Twelve columns of pg_type. */
#define ROWS_WIDE_SQL                                                                                     \
  "SELECT oid, typname, typnamespace, typowner, typlen, typbyval, typtype, typcategory, typispreferred, " \
  "typisdefined, typdelim, typrelid FROM pg_type CROSS JOIN generate_series(1, 100)"

/* timestamptz, numeric, uuid, int8[]: 50,000 rows. */
#define ROWS_TYPED_SQL                                                                                \
  "SELECT timestamptz '2024-01-01 00:00:00.000001+00' + i * interval '61 s', (i * 1.0001)::numeric, " \
  "md5(i::text)::uuid, ARRAY[i, i * 2, i * 3]::int8[] FROM generate_series(1, 50000) AS i"

#endif
