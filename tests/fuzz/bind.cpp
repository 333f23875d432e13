// Arbitrary parameters through the writer of the hot path: refused without a trace, or read back as they were given.
#include <fuzzer/FuzzedDataProvider.h>
#include <string>
#include <vector>

#include "message_codecs.hpp"

namespace {

using namespace pgcoro;
using namespace pgcoro::protocol;
using fuzz::require;

struct parameter {
  format code = format::text;
  bool null = false;
  bool in_place = false;  ///< between begin_value() and end_value()
  std::string value;
};

format any_format(FuzzedDataProvider& in) { return in.ConsumeBool() ? format::binary : format::text; }

std::vector<parameter> any_parameters(FuzzedDataProvider& in) {
  std::vector<parameter> result(in.ConsumeIntegralInRange<std::size_t>(0, 20));
  for (parameter& p : result) {
    p.null = in.ConsumeBool();
    p.in_place = in.ConsumeBool();
    if (!p.null) {
      p.code = any_format(in);
      p.value = in.ConsumeRandomLengthString(2000);
    }
  }
  return result;
}

void write_value(bind_writer& bind, buffer& out, const parameter& p) {
  if (p.null) return bind.null_value();
  if (!p.in_place) return bind.value(p.code, as_bytes(p.value));
  const auto mark = bind.begin_value(p.code);
  out.append(p.value);
  bind.end_value(mark);
}

void compare(const bind_request& read, const std::vector<parameter>& given, const std::vector<format>& results) {
  require(read.parameters.size() == given.size() && read.parameter_formats.size() == given.size());
  auto value = read.parameters.begin();
  auto code = read.parameter_formats.begin();
  for (const parameter& p : given) {
    require(value->is_null() == p.null && as_text(value->bytes()) == p.value && *code == p.code);
    ++value;
    ++code;
  }
  // None stands for all text, one for all.
  std::vector<format> codes;
  for (const format f : read.result_formats) codes.push_back(f);
  for (std::size_t i = 0; i < results.size(); ++i)
    require(results[i] == (codes.empty() ? format::text : codes[codes.size() == 1 ? 0 : i]));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider in(data, size);
  buffer out;
  const std::string before = in.ConsumeRandomLengthString(64);
  out.append(before);
  const std::string portal = in.ConsumeRandomLengthString(8);
  const std::string statement = in.ConsumeRandomLengthString(8);
  const std::vector<parameter> parameters = any_parameters(in);
  std::vector<format> results(in.ConsumeIntegralInRange<std::size_t>(0, 5));
  for (format& f : results) f = any_format(in);
  const std::size_t announced = in.ConsumeBool() ? parameters.size() : in.ConsumeIntegral<std::size_t>();
  const std::uint64_t limit = in.ConsumeBool() ? max_message_length : in.ConsumeIntegralInRange<std::uint64_t>(0, 4096);

  bind_writer bind(out, portal, statement, announced, limit);
  for (const parameter& p : parameters) write_value(bind, out, p);
  const errc result = bind.finish(results);

  require(as_text(out.data()).starts_with(before));
  const bytes_view written = out.data().subspan(before.size());
  if (result != errc{}) {
    require(written.empty());
    return 0;
  }
  require(written.size() - 1 <= limit && load_be<std::uint32_t>(written.data() + 1) == written.size() - 1);
  bind_request read;
  require(!parse(written.subspan(header_size), read));
  require(read.portal == portal && read.statement == statement);
  compare(read, parameters, results);
  return 0;
}
