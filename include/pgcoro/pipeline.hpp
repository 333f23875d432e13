// Several statements, one round trip.
//
//   pgcoro::pipeline p;
//   p.execute("INSERT INTO t VALUES ($1)", 1);
//   auto n = p.fetch_one<std::int64_t>("SELECT count(*) FROM t");
//   co_await db.run(p);
//   use(n.value());
//
// Atomic, which is the default: the statements share one Sync and so one implicit transaction; the first error undoes
// them all, and those behind it do not run. Independent: each statement has a Sync and an outcome of its own. One Sync
// is much the cheaper for the server (protocol documentation, "Pipelining").
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/arena.hpp>
#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/statement_operation.hpp>
#include <pgcoro/error.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/result.hpp>

namespace pgcoro {

class pipeline;

namespace detail {

class pipeline_operation;  // NOLINT(cppcoreguidelines-virtual-class-destructor): final where it is defined

/// A statement of a pipeline with its parameters, and its outcome once it has run.
class PGCORO_DECL pipeline_entry {
 public:
  pipeline_entry(const pipeline_entry&) = delete;
  pipeline_entry& operator=(const pipeline_entry&) = delete;

  error_info error;

 protected:
  pipeline_entry(query_text text, arguments parameters) noexcept
      : text_(std::move(text)), parameters_(std::move(parameters)) {}
  ~pipeline_entry() = default;

  /// Throws the statement's error, if it has one or has not run.
  void require_outcome() const;

  query_text text_;

 private:
  friend class pgcoro::pipeline;
  friend class pipeline_operation;

  virtual row_sink& sink() noexcept = 0;
  /// Ends its life; the memory is the pipeline's.
  virtual void destroy() noexcept = 0;

  arguments parameters_;
  pipeline_entry* next_ = nullptr;
  bool ended_ = false;
};

template <class T>
class value_entry : public pipeline_entry {
 public:
  virtual T& value() = 0;

 protected:
  using pipeline_entry::pipeline_entry;
  ~value_entry() = default;
};

template <class Sink, class Take>
class typed_entry final : public value_entry<typename Take::value_type> {
 public:
  typed_entry(query_text text, arguments parameters) noexcept
      : value_entry<typename Take::value_type>(std::move(text), std::move(parameters)) {}

  typename Take::value_type& value() override {
    this->require_outcome();
    if (!value_) value_.emplace(Take::from(sink_, this->text_));
    return *value_;
  }

 private:
  row_sink& sink() noexcept override { return sink_; }
  void destroy() noexcept override { this->~typed_entry(); }

  Sink sink_;
  std::optional<typename Take::value_type> value_;
};

}  // namespace detail

/// What one statement of a pipeline gives once the pipeline has run. Valid until the pipeline is cleared, assigned to
/// or destroyed.
template <class T>
class pipeline_result {
 public:
  explicit pipeline_result(detail::value_entry<T>* entry) noexcept : entry_(entry) {}

  /// Throws the statement's own error, or `errc::pipeline_aborted` where one before it failed; `errc::not_available`
  /// before the pipeline has run.
  T& value() const { return entry_->value(); }
  const error_info& error() const noexcept { return entry_->error; }

 private:
  detail::value_entry<T>* entry_;
};

class PGCORO_DECL pipeline {
 public:
  enum class mode : unsigned char { atomic, independent };
  static constexpr mode atomic = mode::atomic;
  static constexpr mode independent = mode::independent;

  explicit pipeline(mode m = mode::atomic) noexcept : mode_(m) {}
  pipeline(pipeline&& other) noexcept;
  pipeline& operator=(pipeline&& other) noexcept;
  ~pipeline() { clear(); }

  // As the functions of `queryable`; parameters are copied or moved in, save the characters behind views and literals,
  // which must live until the pipeline has run, as must the statement's text unless it is an rvalue string.

  template <class... A>
  pipeline_result<result> query(query_text sql, A&&... parameters) {
    return add<detail::result_sink, detail::take_result>(std::move(sql), std::forward<A>(parameters)...);
  }
  template <class T, class... A>
  pipeline_result<std::vector<T>> fetch(query_text sql, A&&... parameters) {
    return add<detail::collect_sink<T>, detail::take_all<T>>(std::move(sql), std::forward<A>(parameters)...);
  }
  template <class T, class... A>
  pipeline_result<T> fetch_one(query_text sql, A&&... parameters) {
    return add<detail::single_row_sink<T>, detail::take_one<T>>(std::move(sql), std::forward<A>(parameters)...);
  }
  template <class T, class... A>
  pipeline_result<std::optional<T>> fetch_optional(query_text sql, A&&... parameters) {
    return add<detail::single_row_sink<T>, detail::take_optional<T>>(std::move(sql), std::forward<A>(parameters)...);
  }
  template <class... A>
  pipeline_result<command_result> execute(query_text sql, A&&... parameters) {
    return add<detail::execute_sink, detail::take_command>(std::move(sql), std::forward<A>(parameters)...);
  }

  std::size_t size() const noexcept { return size_; }
  /// Forgets every statement and keeps the memory for the next ones. Not while the pipeline runs.
  void clear() noexcept;

 private:
  friend class detail::pipeline_operation;

  template <class Sink, class Take, class... A>
  pipeline_result<typename Take::value_type> add(query_text sql, A&&... parameters) {
    using entry = detail::typed_entry<Sink, Take>;
    auto* made = ::new (memory_.allocate(sizeof(entry)))
        entry(std::move(sql), detail::arguments::owning(std::forward<A>(parameters)...));
    append(made);
    return pipeline_result<typename Take::value_type>(made);
  }
  void append(detail::pipeline_entry* entry) noexcept;

  detail::arena memory_;
  detail::pipeline_entry* first_ = nullptr;
  detail::pipeline_entry* last_ = nullptr;
  std::size_t size_ = 0;
  mode mode_;
};

}  // namespace pgcoro
