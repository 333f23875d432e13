// The codecs of the base types: bool, integers, floats, text, bytes.
#pragma once

#include <pgcoro/types/boolean.hpp>
#include <pgcoro/types/bytea.hpp>
#include <pgcoro/types/floating.hpp>
#include <pgcoro/types/integer.hpp>
#include <pgcoro/types/text.hpp>
