// refused: use std::string or std::string_view for text, std::int8_t or int for a number
#include <pgcoro/detail/row_sinks.hpp>

template class pgcoro::detail::collect_sink<std::tuple<int, char>>;
