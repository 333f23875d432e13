// Binary COPY as a server that is not to be trusted sends it: any bytes, cut anywhere. Whatever comes, each row that is
// told is well formed, an error stays one, and what the reader keeps is bounded by what came.
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <string>

#include <pgcoro/detail/binary_copy_reader.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace {

using namespace pgcoro;
using verdict = detail::row_sink::verdict;

class rows final : public detail::row_sink {
 public:
  explicit rows(std::size_t columns) : columns_(columns) {}
  std::size_t seen = 0;

  void describe(const std::shared_ptr<const detail::row_layout>&) override {}
  verdict row(std::span<const std::byte> body) override {
    if (protocol::check_data_row(body, columns_)) return verdict::malformed;
    return ++seen % 5 == 0 ? verdict::enough : verdict::ok;
  }
  void complete(std::string_view) override {}
  error_info take_error() override { return {}; }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return this; }

 private:
  std::size_t columns_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  const auto columns = data.ConsumeIntegralInRange<std::size_t>(1, 4);
  rows sink(columns);
  detail::binary_copy_reader reader(sink, columns);
  bool failed = false;
  if (data.ConsumeBool()) {
    constexpr char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";
    failed = reader.feed(protocol::as_bytes(std::string_view(header, 19))) == verdict::failed;
    if (failed) std::abort();
  }
  while (data.remaining_bytes() > 0) {
    const std::string piece = data.ConsumeRandomLengthString(64);
    const verdict taken = reader.feed(protocol::as_bytes(piece));
    if (failed && taken != verdict::failed) std::abort();
    failed = taken == verdict::failed;
    if (failed && !reader.take_error()) std::abort();
  }
  if (failed && reader.finish() != verdict::failed) std::abort();
  if (reader.rows_read() != sink.seen) std::abort();
  return 0;
}
