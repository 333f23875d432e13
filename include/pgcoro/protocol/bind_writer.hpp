// Writes Bind straight into the output, value by value, as a prepared statement needs it on every execution.
//
//   bind_writer bind(out, "", "s1", 2);
//   bind.value(format::binary, as_bytes(four_bytes));                 // a value whose size is known
//   auto mark = bind.begin_value(format::text); out.append("forty-two"); bind.end_value(mark);   // one that is not
//   if (errc e = bind.finish(format::binary); e != errc{}) return e;  // out is as it was before
//   write_execute_sync(out);
//
// The first failure sticks; the message is then cut out of the buffer, as it is where the writer is dropped unfinished.
// Lengths are summed in 64 bits. Protocol documentation, "Message Formats": Bind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/buffer.hpp>
#include <pgcoro/protocol/protocol_error.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/protocol/writer.hpp>

namespace pgcoro::protocol {

/// The part of Bind in front of the parameters, made once for a statement that is executed often.
class PGCORO_DECL bind_head {
 public:
  /// No parameters, the unnamed statement.
  bind_head() : bind_head({}, {}, 0) {}
  /// What cannot be a Bind is reported by the writer that uses it.
  bind_head(std::string_view portal, std::string_view statement, std::size_t parameters);

 private:
  friend class bind_writer;

  std::vector<std::byte> bytes_;  ///< type, length to be set, names, count and format codes to be set, count
  std::size_t parameters_;
  errc error_{};
};

class PGCORO_DECL bind_writer {
 public:
  /// `to` must outlive the writer, and between here and finish() only codecs may append to it, each inside
  /// begin_value() and end_value(). `max_length` bounds the message's length word.
  bind_writer(buffer& to, std::string_view portal, std::string_view statement, std::size_t parameters,
              std::uint64_t max_length = max_message_length)
      : to_(to), start_(to.size()), max_length_(max_length) {
    begin(portal, statement, parameters);
  }
  /// Likewise, with the head made before.
  bind_writer(buffer& to, const bind_head& head, std::uint64_t max_length = max_message_length)
      : to_(to), start_(to.size()), max_length_(max_length), left_(head.parameters_), error_(head.error_) {
    to_.append(bytes_view(head.bytes_.data(), head.bytes_.size()));
    next_format_ = to_.size() - 2 - 2 * left_;
  }
  bind_writer(const bind_writer&) = delete;
  bind_writer& operator=(const bind_writer&) = delete;
  ~bind_writer() {
    if (!finished_) to_.truncate(start_);
  }

  /// The buffer that codecs append to.
  [[nodiscard]] buffer& out() noexcept { return to_; }

  /// Where a value begins in the buffer; what begin_value() gives and end_value() takes.
  enum class mark : std::size_t {};

  /// Begins the next parameter. Whatever is appended to the buffer before end_value() is its value.
  [[nodiscard]] mark begin_value(format f) {
    const std::size_t at = to_.size();
    if (take_parameter(f)) to_.append_u32(0);
    return mark{at};
  }

  void end_value(mark begun) noexcept {
    if (!ok()) return;
    const std::size_t at = static_cast<std::size_t>(begun);
    const std::size_t size = to_.size() - at - size_word;
    if (size > max_value_size || to_.size() - start_ > max_length_) [[unlikely]]
      return fail_too_large();
    store_be(to_.begin_of_data() + at, static_cast<std::uint32_t>(size));
  }

  /// Writes the head of a parameter of `size` bytes and gives the place for those, to be filled at once; null after a
  /// failure. The size is checked before memory is taken.
  [[nodiscard]] std::byte* value(format f, std::size_t size) {
    if (!take_parameter(f)) [[unlikely]]
      return nullptr;
    if (size > max_value_size || to_.size() - start_ + size > max_length_) [[unlikely]] {
      fail_too_large();
      return nullptr;
    }
    std::byte* const at = to_.prepare(size_word + size);
    store_be(at, static_cast<std::uint32_t>(size));
    to_.commit(size_word + size);
    return at + size_word;
  }

  /// Writes a whole parameter.
  void value(format f, bytes_view bytes) {
    std::byte* const at = value(f, bytes.size());
    if (at != nullptr && !bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  }

  /// The next parameter is NULL.
  void null_value() {
    if (take_parameter(format::text)) to_.append_i32(-1);
  }

  /// A value could not be encoded: the message is dropped and finish() says `why`.
  void fail(errc why) noexcept;
  [[nodiscard]] bool ok() const noexcept { return error_ == errc{}; }

  /// Ends the message and asks for every result column in one format. errc{}, or why nothing was written:
  /// embedded_nul, too_many_parameters, parameter_count_mismatch, message_too_large, or what fail() was told.
  [[nodiscard]] errc finish(format results) {
    if (ready_to_finish(4)) [[likely]] {
      std::byte* const at = to_.prepare(4);
      // No code at all means text for every column, one code stands for all columns.
      const bool binary = results == format::binary;
      store_be<std::uint32_t>(at, binary ? 0x0001'0001 : 0);
      to_.commit(binary ? 4 : 2);
      set_length();
    }
    return error_;
  }

  /// Likewise with a format for each column; equal ones are written as one.
  [[nodiscard]] errc finish(std::span<const format> results);

 private:
  friend class bind_head;
  static constexpr std::size_t size_word = 4;

  void begin(std::string_view portal, std::string_view statement, std::size_t parameters);
  void fail_too_large() noexcept;
  void fail_count() noexcept;
  void give_up() noexcept;

  bool take_parameter(format f) noexcept {
    if (left_ == 0) [[unlikely]] {
      fail_count();
      return false;
    }
    --left_;
    store_be(to_.begin_of_data() + next_format_, static_cast<std::uint16_t>(f));
    next_format_ += 2;
    return true;
  }

  bool ready_to_finish(std::size_t more) noexcept {
    if (left_ == 0 && ok() && to_.size() - start_ - 1 + more <= max_length_) [[likely]]
      return true;
    give_up();
    return false;
  }

  void set_length() noexcept {
    store_be(to_.begin_of_data() + start_ + 1, static_cast<std::uint32_t>(to_.size() - start_ - 1));
    finished_ = true;
  }

  buffer& to_;
  std::size_t start_;  ///< offset of the message in the buffer
  std::uint64_t max_length_;
  std::size_t next_format_ = 0;  ///< offset of the next parameter's format code
  std::size_t left_ = 0;         ///< parameters still to come; 0 after a failure, so that one test covers both
  errc error_{};
  bool finished_ = false;
};

}  // namespace pgcoro::protocol
