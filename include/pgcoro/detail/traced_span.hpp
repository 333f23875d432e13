// A span of a tracer, where there is one: ended by end(), or as a success by the destructor.
#pragma once

#include <cstdint>
#include <utility>

#include <pgcoro/tracer.hpp>

namespace pgcoro::detail {

class traced_span {
 public:
  traced_span() noexcept = default;
  traced_span(const traced_span&) = delete;
  traced_span& operator=(const traced_span&) = delete;
  ~traced_span() { end({}); }

  explicit operator bool() const noexcept { return number_ != 0; }

  void begin(tracer* by, const span_start& what) noexcept {
    if (!by || number_ != 0) return;
    by_ = by;
    number_ = by->begin(what);
  }
  void end(const error_info& outcome) noexcept {
    if (number_ == 0) [[likely]]
      return;
    by_->end(std::exchange(number_, 0), {.error = outcome ? &outcome : nullptr});
  }

 private:
  tracer* by_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace pgcoro::detail
