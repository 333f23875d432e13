// The rows that nearly every program fetches, compiled once for all of them.
#include <pgcoro/detail/statement_operation.hpp>

namespace pgcoro::detail {

PGCORO_COMMON_STATEMENTS(, connection_core)

}  // namespace pgcoro::detail
