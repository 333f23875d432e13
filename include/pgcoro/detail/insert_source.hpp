// Rows of a range as parameters, several to a Bind: INSERT … VALUES and INSERT … SELECT FROM unnest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/detail/encode_row.hpp>
#include <pgcoro/detail/execute_many.hpp>
#include <pgcoro/detail/parameter_source.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/protocol/bind_writer.hpp>
#include <pgcoro/types/array.hpp>

namespace pgcoro::detail {

template <class Members>
struct member_vectors;
template <class... M>
struct member_vectors<type_list<M...>> {
  using type = std::tuple<std::vector<M>...>;
  static constexpr bool encodable = (pgcoro::encodable<std::vector<M>> && ...);
};

/// What insert_source is to make of its rows.
struct insert_shape {
  std::span<const std::size_t> members;  ///< those that go to the columns, in their order
  std::size_t rows = 1;                  ///< in one Bind; of arrays: to begin with
  bool arrays = false;                   ///< a parameter for each column, not for each value
};

/// The row that holds the parameter which an error names, where each row has so many; 0 where it names none.
PGCORO_DECL std::size_t row_of_parameter(const error_info& about, std::size_t parameters) noexcept;

/// The rows of a range, several to a Bind.
template <class Range>
class insert_source final : public parameter_source {
 public:
  using row = row_of<Range>;

  insert_source(Range& range, const insert_shape& into)
      : range_(range), at_(range.begin()), end_(range.end()), into_(into), rows_(into.rows) {}

  status bind_next(protocol::buffer& out, const bind_shape& shape) override {
    std::vector<row> chunk;
    for (; chunk.size() < rows_ && at_ != end_; ++at_) chunk.push_back(*at_);
    if (chunk.empty()) return status::end;
    const std::size_t before = out.size();
    error_ = bind(out, shape, chunk);
    if (error_) {
      find_row(shape, chunk);
      return status::failed;
    }
    if (into_.arrays) adapt(out.size() - before);
    done_ += chunk.size();
    return status::row;
  }
  error_info take_error() override { return std::move(error_); }
  bool gives_single_rows() const noexcept override { return into_.rows == 1; }
  void restart() override {
    at_ = range_.begin();
    done_ = 0;
  }

 private:
  using members = typename row_shape<row>::members;
  using indices = std::make_index_sequence<members::size>;

  error_info bind(protocol::buffer& out, const bind_shape& shape, std::span<const row> rows) const {
    return into_.arrays ? bind_arrays(out, shape, rows, members(), indices())
                        : bind_values(out, shape, rows, members(), indices());
  }

  template <class... M, std::size_t... I>
  error_info bind_values(protocol::buffer& out, const bind_shape& shape, std::span<const row> rows, type_list<M...>,
                         std::index_sequence<I...>) const {
    std::vector<argument_view> views;
    views.reserve(rows.size() * into_.members.size());
    for (const row& each : rows) {
      const auto& tied = row_shape<row>::tie(each);
      const std::array<argument_view, sizeof...(M)> all{argument_view{&argument_type_of<M>, &std::get<I>(tied)}...};
      for (const std::size_t member : into_.members) views.push_back(all[member]);
    }
    return bind_views(out, shape, views);
  }

  template <class... M, std::size_t... I>
  error_info bind_arrays(protocol::buffer& out, const bind_shape& shape, std::span<const row> rows, type_list<M...>,
                         std::index_sequence<I...>) const {
    if constexpr (member_vectors<members>::encodable) {
      typename member_vectors<members>::type columns;
      (std::get<I>(columns).reserve(rows.size()), ...);
      for (const row& each : rows) {
        const auto& tied = row_shape<row>::tie(each);
        (std::get<I>(columns).push_back(std::get<I>(tied)), ...);
      }
      const std::array<argument_view, sizeof...(M)> all{
          argument_view{&argument_type_of<std::vector<M>>, &std::get<I>(columns)}...};
      std::vector<argument_view> views;
      for (const std::size_t member : into_.members) views.push_back(all[member]);
      return bind_views(out, shape, views);
    } else {
      return {};  // never asked for
    }
  }

  static error_info bind_views(protocol::buffer& out, const bind_shape& shape, std::span<const argument_view> views) {
    protocol::bind_writer bind(out, shape.head);
    if (error_info failed = encode_arguments(views, shape.types, shape.registry, bind)) return failed;
    const errc failed = bind.finish(shape.result_formats);
    return failed == errc{} ? error_info() : error_info(make_error_code(failed), "the parameters cannot be sent");
  }

  /// Which of them it was: that of the parameter; of arrays, each row by itself.
  void find_row(const bind_shape& shape, std::span<const row> rows) {
    if (!into_.arrays) {
      error_ = row_error(error_, done_ + row_of_parameter(error_, into_.members.size()));
      return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      protocol::buffer scratch;
      if (const error_info failed = bind(scratch, shape, rows.subspan(i, 1))) {
        error_ = row_error(failed, done_ + i);
        return;
      }
    }
  }

  /// Messages of some hundred KiB: large enough to cost little each, small enough for memory to stay flat.
  void adapt(std::size_t bytes) noexcept {
    if (bytes < 128 * 1024 && rows_ < 4096) rows_ *= 2;
    if (bytes > 512 * 1024 && rows_ > 1) rows_ /= 2;
  }

  Range& range_;
  decltype(std::declval<Range&>().begin()) at_;
  decltype(std::declval<Range&>().end()) end_;
  insert_shape into_;
  std::size_t rows_;
  std::uint64_t done_ = 0;
  error_info error_;
};

}  // namespace pgcoro::detail
