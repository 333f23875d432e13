// The columns of a result, as RowDescription gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/protocol/types.hpp>

namespace pgcoro {

class type_registry;

/// One column of a result.
struct column {
  std::string name;
  oid table = 0;               ///< 0 where the column is no table's
  std::int16_t attribute = 0;  ///< number of the column in that table
  oid type = 0;
  std::int16_t type_size = 0;  ///< negative: variable width
  std::int32_t modifier = -1;  ///< the type's own modifier, as in pg_attribute.atttypmod
  protocol::format format = protocol::format::text;
};

/// The columns of a result, shared by its rows and by the cached statement that it came from. Immutable once built.
struct row_description {
  std::vector<column> columns;
  /// What the server's own types are; null where only the built-in ones are known.
  std::shared_ptr<const type_registry> registry = nullptr;

  /// Number of the first column of that name.
  std::optional<std::size_t> find(std::string_view name) const noexcept {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == name) return i;
    return std::nullopt;
  }
};

}  // namespace pgcoro
