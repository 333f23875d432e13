// A value as the C++ type that is natural for its column, for programs that do not know their columns when they are
// compiled.
//
//   for (pgcoro::field_view field : row)
//     pgcoro::visit(field, overloaded{[](std::nullptr_t) {…}, [](std::int64_t n) {…}, [](double d) {…},
//                                     [](std::string_view text) {…}, [](const auto& other) {…}});
//
// NULL                      std::nullptr_t
// bool                      bool
// int2, int4, int8          std::int16_t, std::int32_t, std::int64_t
// oid                       pgcoro::oid
// float4, float8            float, double
// numeric                   pgcoro::numeric
// date, interval            std::chrono::sys_days, pgcoro::interval
// timestamptz, timestamp    pgcoro::postgres_time, pgcoro::postgres_local_time
// bytea                     std::vector<std::byte>
// text types                std::string_view
// all else                  std::string_view with PostgreSQL's text where it came as that, as it does in the results of
//                           query(); else std::span<const std::byte>
//
// Views point into the row.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pgcoro/row.hpp>
#include <pgcoro/types/date.hpp>
#include <pgcoro/types/interval.hpp>
#include <pgcoro/types/numeric.hpp>
#include <pgcoro/types/timestamp.hpp>

namespace pgcoro {

/// Answers what the visitor answers, which is the same for every type. Throws as field_view::as() does, where the bytes
/// are no value of their type.
template <class Visitor>
decltype(auto) visit(const field_view& value, Visitor&& visitor) {
  if (value.is_null()) return std::invoke(std::forward<Visitor>(visitor), nullptr);
  switch (value.type()) {
    case oids::bool_: return std::invoke(std::forward<Visitor>(visitor), value.as<bool>());
    case oids::int2: return std::invoke(std::forward<Visitor>(visitor), value.as<std::int16_t>());
    case oids::int4: return std::invoke(std::forward<Visitor>(visitor), value.as<std::int32_t>());
    case oids::int8: return std::invoke(std::forward<Visitor>(visitor), value.as<std::int64_t>());
    case oids::oid_: return std::invoke(std::forward<Visitor>(visitor), value.as<oid>());
    case oids::float4: return std::invoke(std::forward<Visitor>(visitor), value.as<float>());
    case oids::float8: return std::invoke(std::forward<Visitor>(visitor), value.as<double>());
    case oids::numeric: return std::invoke(std::forward<Visitor>(visitor), value.as<numeric>());
    case oids::date: return std::invoke(std::forward<Visitor>(visitor), value.as<std::chrono::sys_days>());
    case oids::interval: return std::invoke(std::forward<Visitor>(visitor), value.as<interval>());
    case oids::timestamp: return std::invoke(std::forward<Visitor>(visitor), value.as<postgres_local_time>());
    case oids::timestamptz: return std::invoke(std::forward<Visitor>(visitor), value.as<postgres_time>());
    case oids::bytea: return std::invoke(std::forward<Visitor>(visitor), value.as<std::vector<std::byte>>());
    default: break;
  }
  if (value.format() == protocol::format::text || detail::is_text_type(value.type()))
    return std::invoke(std::forward<Visitor>(visitor), value.as<std::string_view>());
  return std::invoke(std::forward<Visitor>(visitor), value.bytes());
}

}  // namespace pgcoro
