// Rows of parameters "1", "2", "3" …, and an error in place of one of them where that is wanted.
#pragma once

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <string_view>

#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/protocol/bind_writer.hpp>

namespace pgcoro::detail::test {

class counting_source final : public parameter_source {
 public:
  int rows = 0;
  int fails_at = 0;     ///< the row, from 1, that cannot be encoded; 0: none
  bool throws = false;  ///< an exception instead, when half of the row is written
  bool throws_on_restart = false;
  int restarts = 0;
  bool forbidden = false;  ///< whoever owned it is gone

  status bind_next(protocol::buffer& out, const bind_shape& shape) override {
    EXPECT_FALSE(forbidden) << "an abandoned source is asked for a row";
    if (next_ + 1 == fails_at && throws) {
      out.append(std::string_view("half a row"));
      throw std::runtime_error("the range is dry");
    }
    if (next_ + 1 == fails_at) return status::failed;
    if (next_ == rows) return status::end;
    const std::string value = std::to_string(++next_);
    protocol::bind_writer bind(out, shape.head);
    for (std::size_t i = 0; i < shape.types.size(); ++i) bind.value(protocol::format::text, protocol::as_bytes(value));
    EXPECT_EQ(bind.finish(shape.result_formats), errc{});
    return status::row;
  }

  error_info take_error() override { return error_info(make_error_code(errc::out_of_range), "row cannot be encoded"); }

  void restart() override {
    if (throws_on_restart) throw std::runtime_error("the range can be gone through only once");
    next_ = 0;
    ++restarts;
  }

  int taken() const { return next_; }

 private:
  int next_ = 0;
};

}  // namespace pgcoro::detail::test
