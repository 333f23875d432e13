// refused: sql\(\) takes a literal
#include <pgcoro/sql.hpp>

pgcoro::composed_sql f(const std::string& name) { return pgcoro::sql("SELECT * FROM " + name); }
