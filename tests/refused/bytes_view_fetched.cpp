// refused: would dangle once the row is gone
#include <pgcoro/detail/row_sinks.hpp>

struct picture {
  int id;
  std::span<const std::byte> data;
};

template class pgcoro::detail::single_row_sink<picture>;
