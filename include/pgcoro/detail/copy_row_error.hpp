// Errors of data that a COPY brings.
#pragma once

#include <cstdint>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro::detail {

/// "row 3 of COPY: …", counted from 1.
PGCORO_DECL error_info in_copy_row(const error_info& why, std::uint64_t row);

}  // namespace pgcoro::detail
