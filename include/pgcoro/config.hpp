// Symbol visibility. The library is built with hidden visibility; what users may call is marked PGCORO_DECL.
#pragma once

#if defined(PGCORO_SHARED)
#define PGCORO_DECL __attribute__((visibility("default")))
#else
#define PGCORO_DECL
#endif
