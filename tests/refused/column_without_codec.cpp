// refused: specialise pgcoro::codec<T> with .static decode_function<T> decoder
#include <pgcoro/detail/row_sinks.hpp>

class color {
 public:
  color() = default;

 private:
  int value_ = 0;
};

template class pgcoro::detail::collect_sink<std::pair<int, color>>;
