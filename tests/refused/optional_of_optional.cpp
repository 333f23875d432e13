// refused: not an optional of an optional
#include <pgcoro/detail/row_sinks.hpp>

template class pgcoro::detail::collect_sink<std::optional<std::optional<int>>>;
