// The rows that nearly every program fetches, compiled once for all of them.
#include <pgcoro/detail/pool_use.hpp>

namespace pgcoro::detail {

PGCORO_COMMON_STATEMENTS(, pool_core)

}  // namespace pgcoro::detail
