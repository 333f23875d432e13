// refused: pass what it points to, std::optional<T> where it may be NULL
#include <pgcoro/detail/arguments.hpp>

pgcoro::detail::arguments f(int* p) { return pgcoro::detail::arguments::binding(p); }
