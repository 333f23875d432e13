// refused: specialise pgcoro::codec<T> with .static encoding<T> encoder
#include <pgcoro/detail/arguments.hpp>

enum class color { red, green };

pgcoro::detail::arguments f() { return pgcoro::detail::arguments::owning(color::red); }
