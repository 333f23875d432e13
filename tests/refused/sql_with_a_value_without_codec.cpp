// refused: no codec writes this type
#include <mutex>

#include <pgcoro/sql.hpp>

pgcoro::composed_sql f(const std::once_flag& flag) { return pgcoro::sql("SELECT {}", flag); }
