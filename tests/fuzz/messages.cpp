// One message of any type with an arbitrary body: refused, or written again byte for byte as it came.
// The first byte of the input chooses the message.
#include <algorithm>
#include <string_view>

#include "message_codecs.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::protocol;
using fuzz::require;

bool same(bytes_view a, bytes_view b) { return std::ranges::equal(a, b); }

void read_and_write(const fuzz::message_codec& codec, bytes_view body) {
  buffer out;
  if (!codec.rewrite(body, out)) return require(out.empty());
  message_framer framer({}, codec.from);
  framer.authenticated();
  message_view m;
  // Where the limits of a client forbid what the parser accepts the framer may say no; it never loses count.
  if (framer.next(out.data(), m) != frame_status::complete) return require(body.size() > 30'000);
  require(m.type == codec.type && m.size() == out.size());
  require(same(m.body, body));
}

// The reader of the hot path and the parser of the whole message agree on what a row is.
void compare_row_readers(bytes_view body) {
  data_row whole;
  const bool accepted = !parse(body, whole);
  data_row_reader row(body);
  auto expected = whole.fields.begin();
  for (field f; row.next(f);) {
    if (!accepted) continue;
    require(expected->is_null() == f.is_null() && expected->data == f.data && expected->size == f.size);
    ++expected;
  }
  require(row.finish() == accepted);
  require(static_cast<bool>(row.error()) == !accepted);
  require(static_cast<bool>(check_data_row(body, whole.fields.size())) == !accepted);
}

void read_report(bytes_view body) {
  error_response report;
  if (parse(body, report)) return;
  const server_fields fields = to_server_fields(report.fields);
  require(fields.message.size() <= max_server_field);
}

void read_initial_packet(bytes_view bytes) {
  initial_packet packet;
  protocol_error error;
  if (next_initial(bytes, packet, error) != frame_status::complete) return;
  require(packet.size() <= bytes.size());
  buffer out;
  startup_message startup;
  cancel_request cancel;
  ssl_request ssl;
  gss_encryption_request gss;
  if (!parse(packet, startup)) require(write(out, startup) == errc{});
  if (!parse(packet, cancel)) require(write(out, cancel) == errc{});
  if (!parse(packet, ssl)) write(out, ssl);
  if (!parse(packet, gss)) write(out, gss);
  require(out.empty() || same(out.data(), bytes.first(packet.size())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bytes_view body{reinterpret_cast<const std::byte*>(data + 1), size - 1};
  const std::size_t choice = data[0] % (fuzz::message_codecs.size() + 2);
  if (choice < fuzz::message_codecs.size()) {
    const auto& codec = fuzz::message_codecs[choice];
    read_and_write(codec, body);
    if (codec.type == static_cast<char>(data_row::type)) compare_row_readers(body);
    if (codec.type == static_cast<char>(error_response::type)) read_report(body);
  } else if (choice == fuzz::message_codecs.size()) {
    read_initial_packet(body);
  } else {
    (void)affected_rows(as_text(body));
  }
  return 0;
}
