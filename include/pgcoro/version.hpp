// The version of pgcoro, as numbers and as text. CMake reads the project's version from here: this is its only home.
#pragma once

#define PGCORO_VERSION_MAJOR 0
#define PGCORO_VERSION_MINOR 1
#define PGCORO_VERSION_PATCH 0

// One number that compares: 1'002'003 is 1.2.3.
#define PGCORO_VERSION (PGCORO_VERSION_MAJOR * 1000000 + PGCORO_VERSION_MINOR * 1000 + PGCORO_VERSION_PATCH)

#define PGCORO_VERSION_STRING "0.1.0"
