// A sink that writes down what it is told: "columns(a) row(1) row(NULL) SELECT 2".
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/protocol/data_row.hpp>

namespace pgcoro::detail::test {

class recording_sink final : public row_sink {
 public:
  std::string text;
  int restarts = 0;
  bool refuse_columns = false;  ///< as a typed fetch does that has other columns
  bool refuse_rows = false;     ///< as a typed fetch does that cannot convert a value

  verdict describe(const std::shared_ptr<const row_description>& description) override {
    columns_ = description->columns.size();
    if (refuse_columns) return verdict::failed;
    say("columns");
    for (const column& c : description->columns) text += (&c == description->columns.data() ? "(" : ",") + c.name;
    if (columns_ > 0) text += ")";
    return verdict::ok;
  }

  verdict row(std::span<const std::byte> body) override {
    if (protocol::check_data_row(body, columns_)) return verdict::malformed;
    if (refuse_rows) return verdict::failed;
    say("row(");
    protocol::data_row_reader reader(body);
    bool first = true;
    for (protocol::field f; reader.next(f); first = false) {
      if (!first) text += ",";
      text += f.is_null() ? std::string_view("NULL") : protocol::as_text(f.bytes());
    }
    text += ")";
    return verdict::ok;
  }

  void complete(std::string_view tag, std::uint64_t) override { say(tag.empty() ? "(empty)" : tag); }

  error_info take_error() override {
    return error_info(make_error_code(errc::type_mismatch), "not what was asked for");
  }

  void restart() override {
    text.clear();
    ++restarts;
  }

  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* format_plan() const noexcept override { return this; }

 private:
  void say(std::string_view what) {
    if (!text.empty()) text += ' ';
    text += what;
  }

  std::size_t columns_ = 0;
};

}  // namespace pgcoro::detail::test
