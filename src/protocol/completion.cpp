#include <pgcoro/error.hpp>
#include <pgcoro/protocol/completion.hpp>

namespace pgcoro::protocol {

errc write(buffer& to, const command_complete& message) {
  message_writer out(to, message.type);
  out.cstring(message.tag);
  return out.finish();
}

}  // namespace pgcoro::protocol
