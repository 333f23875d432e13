// What an iterator says of itself whose elements are made when they are looked at.
#pragma once

#include <cstddef>
#include <iterator>

namespace pgcoro::detail {

/// `Concept` is the tag of C++20; by the older rules such an iterator is an input iterator.
template <class Value, class Concept>
struct view_iterator {
  using iterator_concept = Concept;
  using iterator_category = std::input_iterator_tag;
  using difference_type = std::ptrdiff_t;
  using value_type = Value;
  using reference = Value;
  using pointer = void;
};

}  // namespace pgcoro::detail
