// The rows of a statement, kept in memory, each value in the format that it came in.
//
//   pgcoro::result r = co_await db.query("SELECT id, name FROM users");
//   for (pgcoro::row_view row : r) use(row["id"].as<std::int64_t>(), row[1].as<std::string_view>());
//   auto adults = r.rows_affected();
//
// A result owns its memory and is moved, not copied. Views of its rows and values stay valid until it is destroyed or
// assigned to. Several threads may read one result.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/row_store.hpp>
#include <pgcoro/detail/view_iterator.hpp>
#include <pgcoro/row.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro {

class PGCORO_DECL result {
 public:
  class iterator;
  using const_iterator = iterator;
  using value_type = row_view;
  using size_type = std::size_t;

  /// No rows, no columns.
  result() noexcept = default;
  /// `description` is null where the statement returns no rows; `rows` were checked against it.
  result(std::shared_ptr<const row_description> description, detail::row_store rows, command_result command) noexcept
      : description_(std::move(description)), rows_(std::move(rows)), command_(std::move(command)) {}

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// `index` is below size().
  [[nodiscard]] row_view operator[](std::size_t index) const noexcept { return {*description_, rows_.begin()[index]}; }
  /// Throws pgcoro::error with no_rows where there are not that many.
  [[nodiscard]] row_view at(std::size_t index) const;

  [[nodiscard]] iterator begin() const noexcept;
  [[nodiscard]] iterator end() const noexcept;

  [[nodiscard]] const row_description& columns() const noexcept;

  /// See command_result.
  [[nodiscard]] std::uint64_t rows_affected() const noexcept { return command_.rows_affected(); }
  [[nodiscard]] const std::string& command_tag() const noexcept { return command_.command_tag(); }

 private:
  std::shared_ptr<const row_description> description_;
  detail::row_store rows_;
  command_result command_;
};

/// Random access; valid as long as a view of a row.
class result::iterator : public detail::view_iterator<row_view, std::random_access_iterator_tag> {
 public:
  iterator() noexcept = default;

  row_view operator*() const noexcept { return {*description_, *at_}; }
  row_view operator[](difference_type n) const noexcept { return {*description_, at_[n]}; }

  iterator& operator++() noexcept { return *this += 1; }
  iterator& operator--() noexcept { return *this -= 1; }
  iterator operator++(int) noexcept { return std::exchange(*this, *this + 1); }
  iterator operator--(int) noexcept { return std::exchange(*this, *this - 1); }
  iterator& operator+=(difference_type n) noexcept {
    at_ += n;
    return *this;
  }
  iterator& operator-=(difference_type n) noexcept { return *this += -n; }
  friend iterator operator+(iterator it, difference_type n) noexcept { return it += n; }
  friend iterator operator+(difference_type n, iterator it) noexcept { return it += n; }
  friend iterator operator-(iterator it, difference_type n) noexcept { return it -= n; }
  friend difference_type operator-(const iterator& a, const iterator& b) noexcept { return a.at_ - b.at_; }
  friend bool operator==(const iterator& a, const iterator& b) noexcept { return a.at_ == b.at_; }
  friend auto operator<=>(const iterator& a, const iterator& b) noexcept { return a.at_ <=> b.at_; }

 private:
  friend result;
  iterator(const row_description* description, const std::byte* const* at) noexcept
      : description_(description), at_(at) {}

  const row_description* description_ = nullptr;
  const std::byte* const* at_ = nullptr;
};

inline result::iterator result::begin() const noexcept { return {description_.get(), rows_.begin()}; }
inline result::iterator result::end() const noexcept { return {description_.get(), rows_.begin() + size()}; }

}  // namespace pgcoro
