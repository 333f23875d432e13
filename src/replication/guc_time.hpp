// Settings that are spans of time, as SHOW has them: "1min", "30s", "500ms", "0".
#pragma once

#include <chrono>
#include <string_view>

namespace pgcoro::detail {

/// 0 where it is none. A number without a unit is milliseconds.
std::chrono::milliseconds guc_time(std::string_view text) noexcept;

}  // namespace pgcoro::detail
