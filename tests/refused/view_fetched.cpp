// refused: would dangle once the row is gone: fetch std::string
#include <pgcoro/detail/row_sinks.hpp>

template class pgcoro::detail::collect_sink<std::tuple<int, std::optional<std::string_view>>>;
