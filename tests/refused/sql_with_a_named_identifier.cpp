// refused: a :name stands for a value
#include <pgcoro/sql.hpp>

pgcoro::composed_sql f(const char* name) {
  return pgcoro::sql("SELECT * FROM :table", pgcoro::arg("table", pgcoro::identifier(name)));
}
