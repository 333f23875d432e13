// execute_each: one statement, the elements of a range as its parameters, each on its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/many_report.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement_mode.hpp>

namespace pgcoro::detail {

/// A range of rows that can be gone through more than once, group by group.
class row_groups {
 public:
  /// The rows from the group's beginning, at most `count` of them. `restart` goes back to the group's beginning.
  virtual parameter_source& group(std::size_t count) = 0;
  /// The rows of the group one by one; null after its last.
  virtual std::shared_ptr<parameter_source> next_single() = 0;
  /// How many rows the group has, once it has been gone through.
  virtual std::size_t group_size() const = 0;
  /// The next group begins where this one ends. False where there is none.
  virtual bool next_group() = 0;

 protected:
  ~row_groups() = default;
};

template <class Range>
class range_groups final : public row_groups {
  using iterator = decltype(std::declval<Range&>().begin());
  using sentinel = decltype(std::declval<Range&>().end());
  static_assert(std::forward_iterator<iterator>,
                "pgcoro: execute_each goes through a group of rows again where one of them fails; this range can be "
                "gone through only once: collect it, or use execute_many");

 public:
  explicit range_groups(Range& range) : begin_(range.begin()), at_(begin_), end_(range.end()), source_(*this) {}

  parameter_source& group(std::size_t count) override {
    count_ = count;
    source_.restart();
    return source_;
  }
  std::shared_ptr<parameter_source> next_single() override {
    if (size_ == count_ || at_ == end_) return nullptr;
    auto one = std::make_shared<single>(at_);
    ++at_;
    ++size_;
    return one;
  }
  std::size_t group_size() const override { return size_; }
  bool next_group() override {
    begin_ = at_;
    return at_ != end_;
  }

 private:
  class single final : public parameter_source {
   public:
    explicit single(iterator row) : row_(row) {}

    status bind_next(protocol::buffer& out, const bind_shape& shape) override {
      if (bound_) return status::end;
      error_ = bind_row(out, *row_, shape);
      if (error_) return status::failed;
      bound_ = true;
      return status::row;
    }
    error_info take_error() override { return std::move(error_); }
    void restart() override { bound_ = false; }

   private:
    iterator row_;
    bool bound_ = false;
    error_info error_;
  };

  class grouped final : public parameter_source {
   public:
    explicit grouped(range_groups& of) : of_(of) {}

    status bind_next(protocol::buffer& out, const bind_shape& shape) override {
      if (of_.size_ == of_.count_ || of_.at_ == of_.end_) return status::end;
      error_ = bind_row(out, *of_.at_, shape);
      if (error_) return status::failed;
      ++of_.at_;
      ++of_.size_;
      return status::row;
    }
    error_info take_error() override { return std::move(error_); }
    void restart() override {
      of_.at_ = of_.begin_;
      of_.size_ = 0;
    }

   private:
    range_groups& of_;
    error_info error_;
  };

  iterator begin_;  // of the group
  iterator at_;
  sentinel end_;
  std::size_t count_ = 0;
  std::size_t size_ = 0;
  grouped source_;
};

/// `text` and `rows` must live until it is over.
PGCORO_DECL boost::asio::awaitable<many_report> run_groups(std::shared_ptr<connection_core> core,
                                                           const query_text& text, row_groups& rows,
                                                           query_options options);

template <class Range>
boost::asio::awaitable<many_report> run_each(std::shared_ptr<connection_core> core, query_text text, Range range,
                                             query_options options) {
  range_groups<Range> rows(range);
  co_return co_await run_groups(std::move(core), text, rows, options);
}

}  // namespace pgcoro::detail
