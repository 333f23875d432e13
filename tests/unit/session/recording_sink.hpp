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

  void match(row_layout& layout) const override {
    if (refuse_columns) layout.refused = not_what_was_asked_for();
  }

  void describe(const std::shared_ptr<const row_layout>& layout) override {
    const std::vector<column>& columns = layout->description->columns;
    columns_ = columns.size();
    say("columns");
    for (const column& c : columns) text += (&c == columns.data() ? "(" : ",") + c.name;
    if (columns_ > 0) text += ")";
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

  void complete(std::string_view tag) override { say(tag.empty() ? "(empty)" : tag); }

  error_info take_error() override { return not_what_was_asked_for(); }

  void restart() override {
    text.clear();
    ++restarts;
  }

  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override { return this; }

 private:
  static error_info not_what_was_asked_for() {
    return error_info(make_error_code(errc::type_mismatch), "not what was asked for");
  }

  void say(std::string_view what) {
    if (!text.empty()) text += ' ';
    text += what;
  }

  std::size_t columns_ = 0;
};

}  // namespace pgcoro::detail::test
