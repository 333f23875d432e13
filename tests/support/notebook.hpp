// A tracer that writes down what it hears.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <pgcoro/tracer.hpp>

namespace pgcoro::test {

/// Writes down each span when it ends: "query SELECT 1", or with what it failed.
class notebook : public tracer {
 public:
  span begin(const span_start& start) noexcept override {
    names_.push_back(std::string(to_string(start.what)));
    if (!start.statement.empty()) names_.back().append(" ").append(start.statement);
    if (start.what == activity::query) host = std::string(start.host);
    ++open;
    return names_.size();
  }
  void end(span number, const span_end& outcome) noexcept override {
    std::string text = names_.at(number - 1);
    if (outcome.error) text += " failed: " + outcome.error->code().message();
    ended.push_back(std::move(text));
    --open;
  }
  bool has(const std::string& text) const { return std::find(ended.begin(), ended.end(), text) != ended.end(); }

  std::vector<std::string> ended;
  std::string host;
  int open = 0;

 private:
  std::vector<std::string> names_;
};

}  // namespace pgcoro::test
