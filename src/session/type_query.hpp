// The statement with which a session asks its server about types that it does not know, and the reply to it. It stands
// between the description of a request's statements and their execution, in the same implicit transaction.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <pgcoro/detail/row_sinks.hpp>
#include <pgcoro/detail/type_lookup.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/framer.hpp>
#include <pgcoro/types/array.hpp>

namespace pgcoro::detail {

class request;

class type_query {
 public:
  /// `of`: the request that waits for the answer.
  explicit type_query(const request& of);

  const request& of;

  /// Parse, Bind, Execute, Flush. The caller closes the statement of that name afterwards.
  errc write(protocol::buffer& out, std::string_view name, const std::vector<oid>& asked) const;

  enum class verdict : unsigned char {
    more,
    done,         ///< take() has the types
    not_ours,     ///< the message is none of the reply
    not_allowed,  ///< it is none that may come now
  };
  /// Takes the next message of the reply.
  verdict receive(const protocol::message_view& m);

  std::vector<type_info> take() { return looked_up_types(sink_.take()); }

 private:
  enum class stage : unsigned char { parse_complete, bind_complete, rows };

  collect_sink<type_row> sink_;
  std::shared_ptr<const row_layout> layout_;
  stage expected_ = stage::parse_complete;
  std::size_t rows_ = 0;
};

}  // namespace pgcoro::detail
