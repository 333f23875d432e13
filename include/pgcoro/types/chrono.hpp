// Dates, times and intervals as the types of std::chrono; what std::chrono has no type for, as pgcoro's own.
#pragma once

#include <pgcoro/types/date.hpp>
#include <pgcoro/types/interval.hpp>
#include <pgcoro/types/postgres_clock.hpp>
#include <pgcoro/types/time_of_day.hpp>
#include <pgcoro/types/timestamp.hpp>
