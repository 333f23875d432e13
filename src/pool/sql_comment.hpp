// Tags behind a statement, in the form of sqlcommenter: who sent it, as logs and pg_stat_activity show it.
#pragma once

#include <map>
#include <string>

namespace pgcoro::detail {

/// " /*application='shop',route='%2Forders'*/"; empty where there are no tags. Names and values are URL-encoded, so
/// that no quote, no "*/" and no byte beyond ASCII can be in them.
std::string sql_comment(const std::map<std::string, std::string>& tags);

}  // namespace pgcoro::detail
