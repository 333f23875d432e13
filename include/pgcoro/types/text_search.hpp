// The types of text search.
#pragma once

#include <pgcoro/types/tsquery.hpp>
#include <pgcoro/types/tsvector.hpp>
