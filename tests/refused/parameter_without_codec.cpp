// refused: specialise pgcoro::codec<T> with .static encoding<T> encoder
#include <pgcoro/detail/arguments.hpp>

class color {
 public:
  color() = default;

 private:
  int value_ = 0;
};

pgcoro::detail::arguments f() { return pgcoro::detail::arguments::owning(color()); }
