// The one way in which this layer reports an error.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

#include <pgcoro/error.hpp>

namespace pgcoro::detail {

template <class T>
using option_result = boost::system::result<T, error_info>;

/// `errc::invalid_option`. Nothing was sent, so trying again is safe (and useless). The caller keeps values and pieces
/// of a connection string out of the message: what stands in the wrong place may be a password.
inline error_info invalid_option(std::string message) {
  error_details details;
  details.code = errc::invalid_option;
  details.message = std::move(message);
  details.safe_to_retry = true;
  details.connection_usable = false;
  return error_info(std::move(details));
}

inline bool has_nul(std::string_view text) noexcept { return text.find('\0') != std::string_view::npos; }

}  // namespace pgcoro::detail
