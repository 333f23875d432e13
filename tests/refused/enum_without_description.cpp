// refused: describe it with BOOST_DESCRIBE_ENUM
#include <pgcoro/detail/row_sinks.hpp>

enum class mood { sad, ok };

pgcoro::detail::collect_sink<mood> rows;
