// Vocabulary of the frontend/backend protocol that every layer shares.
#pragma once

#include <cstdint>

namespace pgcoro {

/// Object identifier: of a type, a table, a column's table.
using oid = std::uint32_t;

namespace protocol {

/// Format code of a parameter or a result column.
enum class format : std::uint16_t { text = 0, binary = 1 };

/// Status byte of ReadyForQuery.
enum class transaction_status : char { idle = 'I', in_transaction = 'T', failed = 'E' };

}  // namespace protocol
}  // namespace pgcoro
