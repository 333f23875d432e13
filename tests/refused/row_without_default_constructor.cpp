// refused: rows are decoded into values made by T's default constructor
#include <pgcoro/detail/row_sinks.hpp>

struct id {
  explicit id(int);
};

template class pgcoro::detail::collect_sink<id>;
