// refused: a row has at least one column, this type has no member
#include <pgcoro/detail/row_sinks.hpp>

struct nothing {};

template class pgcoro::detail::collect_sink<nothing>;
