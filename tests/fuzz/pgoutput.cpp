// Streams of pgoutput, in the form of tests/unit/replication/captures: whatever they hold, the decoder answers, and
// what it takes can be read; the assembler of transactions does likewise, and keeps no more than it may.
#include <boost/describe/class.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pgcoro/as_result.hpp>
#include <pgcoro/protocol/reader.hpp>
#include <pgcoro/replication/pgoutput_decoder.hpp>

#include "replication/transaction_assembler.hpp"

namespace {

namespace repl = pgcoro::replication;

struct order {
  std::int64_t id = 0;
  repl::maybe_unchanged<std::optional<std::string>> note;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, note))

void look_at(const repl::tuple_view& row) {
  if (!row) return;
  std::size_t seen = 0;
  for (const repl::tuple_field field : row) {
    seen += field.bytes().size() + field.name().size();
    static_cast<void>(field.get<std::string>());
    static_cast<void>(field.get<std::optional<int>>());
  }
  static_cast<void>(row.get<order>());
  static_cast<void>(row.get<std::tuple<int, std::optional<std::string>, std::optional<double>>>());
  if (seen > row.bytes().size() * 65536) __builtin_trap();
}

struct reader_of {
  void operator()(const repl::insert& m) const { look_at(m.row); }
  void operator()(const repl::delete_& m) const { look_at(m.old); }
  void operator()(const repl::update& m) const {
    look_at(m.old);
    look_at(m.row);
  }
  void operator()(const repl::truncate& m) const {
    for (const repl::relation* table : m.relations)
      if (table->name().size() > 1'000'000) __builtin_trap();
  }
  void operator()(const auto&) const {}
};

class assembling {
 public:
  explicit assembling(repl::decoder_options options) : assembler_(std::move(options), limit) {}

  void push(pgcoro::lsn start, pgcoro::protocol::bytes_view data) {
    if (failed_) return;
    failed_ = static_cast<bool>(assembler_.push(start, data));
    if (!failed_ && assembler_.memory() > limit) __builtin_trap();
    if (failed_ || !assembler_.ready()) return;
    const repl::transaction whole = assembler_.take();
    for (const repl::message& m : whole.changes()) std::visit(reader_of(), static_cast<const repl::message_body&>(m));
  }
  void reset() {
    assembler_.reset();
    failed_ = false;
  }

 private:
  static constexpr std::size_t limit = 16 << 10;
  pgcoro::detail::transaction_assembler assembler_;
  bool failed_ = false;
};

}  // namespace

template <>
inline constexpr bool pgcoro::is_lax<order> = true;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pgcoro::protocol::reader in({reinterpret_cast<const std::byte*>(data), size});
  const repl::decoder_options options{.parallel_streaming = (in.u8() & 1) != 0};
  repl::pgoutput_decoder decoder(options);
  assembling whole(options);
  std::size_t decoded = 0;
  while (in.ok() && in.remaining() != 0) {
    const std::uint32_t length = in.u32();
    const pgcoro::lsn start{in.u64()};
    const pgcoro::protocol::bytes_view view = in.bytes(length);
    const std::vector<std::byte> message(view.begin(), view.end());  // of its own, for the sanitizer
    repl::message m;
    if (!decoder.decode(start, message, m)) std::visit(reader_of(), m);
    whole.push(start, message);
    if (++decoded % 8 == 0) decoder.release();
    if (decoded % 100 == 99) {
      decoder.reset();
      whole.reset();
    }
  }
  return 0;
}
