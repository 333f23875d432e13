// refused: a pointer is no value
#include <pgcoro/detail/row_sinks.hpp>

template class pgcoro::detail::collect_sink<const char*>;
