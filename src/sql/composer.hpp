// Puts the parts of a statement in the places that the scanner finds.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/detail/composition.hpp>
#include <pgcoro/error.hpp>

#include "sql/sql_scanner.hpp"

namespace pgcoro::detail {

/// errc::invalid_composition; safe to retry, since nothing was sent.
error_info composition_error(std::string message, std::string_view statement);

class composer {
 public:
  explicit composer(composition& to) noexcept : to_(to) {}

  /// Replaces the places of `text` by `parts`, and appends the whole.
  error_info compose(std::string_view text, std::span<const sql_part> parts);
  /// The parts one after the other.
  error_info join(std::span<const sql_part> parts, std::string_view separator);

 private:
  /// A name that the text has used, and its number.
  struct used_name {
    std::string_view name;
    std::size_t value;
  };

  error_info scan();
  error_info replace(const sql_mark& mark);
  error_info replace_placeholder();
  error_info replace_name(std::string_view name);
  error_info value_of_name(std::string_view name, composed_value& value);
  error_info check_names() const;
  error_info check_all_used() const;
  error_info check_parameters() const;

  void append_text(std::string_view text);
  void append_part(const sql_part& part);
  void append_inserted(std::string_view text);
  void append_fragment(const composition& fragment);
  void append_parameter(std::size_t value);
  std::size_t add_value(composed_value value);
  error_info error(std::string message) const { return composition_error(std::move(message), text_); }

  composition& to_;
  std::string_view text_;
  std::span<const sql_part> parts_;
  std::size_t next_part_ = 0;  // the parts before it have been put in places of their own
  std::vector<used_name> used_names_;
  bool inserted_ = false;    // what was appended last was no text of the statement's own
  bool in_comment_ = false;  // and ended in a comment
};

}  // namespace pgcoro::detail
