#include "unit/net/tls_loopback.hpp"

#include <stdexcept>

namespace pgcoro::test {

std::string text_of(const protocol::buffer& buffer) { return std::string(protocol::as_text(buffer.data())); }

error_info connection::handshake(std::size_t chunk) {
  std::string to_client;
  while (true) {
    const auto step = client.handshake(in, out);
    server.receive(text_of(out));
    out.clear();
    if (step.error) return step.error;
    server.handshake();
    to_client += server.send();
    if (step.done) break;
    if (to_client.empty()) throw std::runtime_error("the handshake stalls");
    in.append(std::string_view(to_client).substr(0, chunk));
    to_client.erase(0, chunk);
  }
  in.append(to_client);
  return {};
}

std::string connection::receive(std::size_t chunk) {
  protocol::buffer plain;
  std::string sent = server.send();
  do {
    in.append(std::string_view(sent).substr(0, chunk));
    sent.erase(0, chunk);
    last = client.decrypt(in, plain);
  } while (!sent.empty() && !last.error && !last.closed);
  return text_of(plain);
}

std::string connection::send(std::string_view plain) {
  if (const error_info error = client.encrypt(protocol::as_bytes(plain), out))
    throw std::runtime_error(error.message());
  server.receive(text_of(out));
  out.clear();
  return server.read();
}

}  // namespace pgcoro::test
