// refused: specialise pgcoro::codec<T> with .static decode_function<T> decoder
#include <pgcoro/detail/row_sinks.hpp>

enum class color { red, green };

template class pgcoro::detail::collect_sink<std::pair<int, color>>;
