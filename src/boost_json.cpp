// Boost.JSON, compiled: what the target pgcoro::json is made of.
#include <boost/json/src.hpp>
