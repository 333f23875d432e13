// Which column a member is read from: the one in its place, or the one of its name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <pgcoro/detail/conversion_error.hpp>
#include <pgcoro/detail/cpp_name.hpp>
#include <pgcoro/detail/row_shape.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {

template <class T, bool ByName = row_shape<T>::by_name>
class column_order;

template <class T>
class column_order<T, false> {
 public:
  static constexpr std::size_t size = column_count<T>;

  static error_info match(const row_description& columns) {
    if (columns.columns.size() == size) [[likely]]
      return {};
    return column_count_error(columns, size, cpp_name<T>());
  }

  static constexpr std::size_t column_of(std::size_t member) noexcept { return member; }
  static constexpr std::size_t member_of(std::size_t column) noexcept { return column; }
  /// The member that such a column becomes; `size` and more where there is none.
  static constexpr std::size_t member_for(std::string_view, std::size_t column) noexcept { return column; }

  template <class Plans, class Row, class References>
  [[gnu::always_inline]] static auto read(const Plans& plans, Row& row, const References& out) {
    return plans.read(row, out);
  }
};

template <class T>
class column_order<T, true> {
 public:
  static constexpr std::size_t size = column_count<T>;

  /// Strict: each member has a column, each column a member.
  error_info match(const row_description& columns) {
    std::array<bool, size> found{};
    for (std::size_t i = 0; i < columns.columns.size(); ++i) {
      const std::size_t member = member_for(columns.columns[i].name, i);
      if (member == size || found[member]) return extra_column_error(columns.columns[i].name, cpp_name<T>());
      found[member] = true;
      columns_[member] = static_cast<std::uint16_t>(i);
    }
    for (std::size_t member = 0; member < size; ++member)
      if (!found[member]) return missing_column_error(row_shape<T>::names[member], cpp_name<T>());
    return {};
  }

  std::size_t column_of(std::size_t member) const noexcept { return columns_[member]; }

  std::size_t member_of(std::size_t column) const noexcept {
    std::size_t member = 0;
    while (columns_[member] != column) ++member;
    return member;
  }

  static std::size_t member_for(std::string_view name, std::size_t) noexcept {
    std::size_t member = 0;
    while (member < size && row_shape<T>::names[member] != name) ++member;
    return member;
  }

  template <class Plans, class Row, class References>
  auto read(const Plans& plans, Row& row, const References& out) const {
    return plans.read(row, out, columns_);
  }

 private:
  std::array<std::uint16_t, size> columns_{};
};

}  // namespace pgcoro::detail
