// COPY's text and CSV in any dialect. As a server that is not to be trusted sends it: any bytes, cut anywhere; what
// comes out is well formed and does not depend on the cuts. And as it is written here: any values come back as they
// were.
#include <cstdlib>
#include <fuzzer/FuzzedDataProvider.h>
#include <optional>
#include <string>
#include <vector>

#include <pgcoro/detail/copy_line_writer.hpp>
#include <pgcoro/detail/text_copy_reader.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace {

using namespace pgcoro;
using verdict = detail::row_sink::verdict;
using value = std::optional<std::string>;

void require(bool invariant) {
  if (!invariant) std::abort();
}

class kept_rows final : public detail::row_sink {
 public:
  explicit kept_rows(std::size_t columns) : columns_(columns) {}
  std::vector<value> values;

  void describe(const std::shared_ptr<const detail::row_layout>&) override {}
  verdict row(std::span<const std::byte> body) override {
    require(!protocol::check_data_row(body, columns_));
    protocol::data_row_reader reader(body);
    for (protocol::field f; reader.next(f);)
      values.push_back(f.is_null() ? value() : value(protocol::as_text(f.bytes())));
    return values.size() % 5 == 0 ? verdict::enough : verdict::ok;
  }
  void complete(std::string_view) override {}
  error_info take_error() override { return {}; }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return this; }

 private:
  std::size_t columns_;
};

/// One that a server would take: COPY refuses all others before there are data.
detail::copy_dialect dialect_of(FuzzedDataProvider& data) {
  detail::copy_dialect made;
  made.csv = data.ConsumeBool();
  made.delimiter = data.PickValueInArray({',', '\t', ';', '|', ' ', '\x01'});
  made.quote = data.PickValueInArray({'"', '\'', '$'});
  made.escape = data.PickValueInArray({made.quote, '\\', '^'});
  made.null = data.PickValueInArray({"\\N", "", "null", "b", "\\x", "."});
  if (data.ConsumeBool()) made.default_marker = data.PickValueInArray({"D", "\\D", "x62"});
  if (!made.csv && made.null.empty()) made.null = "-";
  made.longest_line = data.ConsumeIntegralInRange<std::size_t>(1, 4096);
  for (std::size_t i = data.ConsumeIntegralInRange<std::size_t>(1, 4); i > 0; --i) {
    made.columns.push_back("c");
    made.rules.push_back({.force_quote = data.ConsumeBool()});
  }
  return made;
}

void read_anything(FuzzedDataProvider& data, detail::copy_dialect dialect) {
  for (detail::copy_column_rules& r : dialect.rules) r.force_null = r.force_not_null = data.ConsumeBool();
  if (data.ConsumeBool()) dialect.header = copy_header::match;
  kept_rows in_pieces(dialect.rules.size());
  kept_rows at_once(dialect.rules.size());
  detail::text_copy_reader pieces(in_pieces, dialect);
  detail::text_copy_reader whole(at_once, dialect);
  std::string all;
  bool failed = false;
  while (data.remaining_bytes() > 0) {
    const std::string piece = data.ConsumeRandomLengthString(64);
    all += piece;
    const bool fails = pieces.feed(protocol::as_bytes(piece)) == verdict::failed;
    require(fails || !failed);
    failed = fails;
  }
  static_cast<void>(whole.feed(protocol::as_bytes(all)));
  require((pieces.finish() == verdict::failed) == (whole.finish() == verdict::failed));
  require(in_pieces.values == at_once.values && pieces.rows_read() == whole.rows_read());
}

void write_and_read(FuzzedDataProvider& data, detail::copy_dialect dialect) {
  dialect.longest_line = SIZE_MAX;
  detail::copy_line_writer line(dialect);
  protocol::buffer out;
  std::vector<value> written;
  while (data.remaining_bytes() > 0) {
    for (std::size_t i = 0; i < dialect.rules.size(); ++i) {
      value v;
      if (data.ConsumeBool()) v = data.ConsumeRandomLengthString(32);
      line.begin_value(out);
      if (v) {
        out.append(*v);
        require(line.end_value(out) == errc{});
      } else {
        line.null_value(out);
      }
      written.push_back(std::move(v));
    }
    line.end(out);
  }
  kept_rows sink(dialect.rules.size());
  detail::text_copy_reader reader(sink, dialect);
  require(reader.feed(out.data()) != verdict::failed);
  require(reader.finish() == verdict::ok);
  require(sink.values == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  detail::copy_dialect dialect = dialect_of(data);
  if (data.ConsumeBool())
    read_anything(data, std::move(dialect));
  else
    write_and_read(data, std::move(dialect));
  return 0;
}
