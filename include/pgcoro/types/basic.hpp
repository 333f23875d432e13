// The codecs of the base types: bool, integers, floats, text, bytes; and of arrays.
#pragma once

#include <pgcoro/types/array.hpp>
#include <pgcoro/types/boolean.hpp>
#include <pgcoro/types/bytea.hpp>
#include <pgcoro/types/floating.hpp>
#include <pgcoro/types/integer.hpp>
#include <pgcoro/types/text.hpp>
