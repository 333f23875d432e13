// boost::system::result by name, for functions that return one. Its header is as heavy as a dozen of ours; who uses the
// values includes <pgcoro/as_result.hpp>.
#pragma once

namespace boost::system {

template <class T, class E>
class result;

}  // namespace boost::system
