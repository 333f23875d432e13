// The codecs of the base types: bool, integers, floats, text, bytes; and of arrays, enums and strong types.
#pragma once

#include <pgcoro/types/array.hpp>
#include <pgcoro/types/boolean.hpp>
#include <pgcoro/types/bytea.hpp>
#include <pgcoro/types/enumeration.hpp>
#include <pgcoro/types/floating.hpp>
#include <pgcoro/types/integer.hpp>
#include <pgcoro/types/strong_type.hpp>
#include <pgcoro/types/text.hpp>
