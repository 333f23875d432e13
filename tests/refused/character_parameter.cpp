// refused: use std::string or std::string_view for text, std::int8_t or int for a number
#include <pgcoro/detail/arguments.hpp>

pgcoro::detail::arguments f() { return pgcoro::detail::arguments::binding('x'); }
