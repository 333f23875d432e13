// The sinks behind query, fetch, fetch_one, fetch_optional and execute.
//
//   collect_sink<user> sink;       // lives in the operation
//   … the session delivers …
//   return sink.take();
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <pgcoro/command_result.hpp>
#include <pgcoro/config.hpp>
#include <pgcoro/detail/require_codec.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/protocol/completion.hpp>
#include <pgcoro/result.hpp>
#include <pgcoro/row_mapping.hpp>

namespace pgcoro::detail {

/// Keeps the rows as they are: query().
class PGCORO_DECL result_sink final : public row_sink {
 public:
  void describe(const std::shared_ptr<const row_layout>& layout) override;
  verdict row(std::span<const std::byte> body) override;
  void complete(std::string_view tag) override;
  error_info take_error() override;
  void restart() override;
  /// Binary for the base types, whose binary format every codec reads; text for all others.
  void choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept override;
  const void* kind() const noexcept override;

  /// The result of a statement that has completed.
  [[nodiscard]] result take();

 private:
  std::shared_ptr<const row_description> description_;
  row_store rows_;
  command_result command_;
  error_info error_;
};

/// Ignores rows: execute(), execute_many(). Counts add up over several executions; the tag is the last one's.
class PGCORO_DECL execute_sink final : public row_sink {
 public:
  void describe(const std::shared_ptr<const row_layout>&) override {}
  verdict row(std::span<const std::byte>) override { return verdict::ok; }
  void complete(std::string_view tag) override {
    tag_.assign(tag);
    rows_ += protocol::affected_rows(tag);
  }
  error_info take_error() override { return {}; }
  void restart() override { rows_ = 0; }
  void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
  const void* kind() const noexcept override;

  [[nodiscard]] command_result take() { return {std::move(tag_), std::exchange(rows_, 0)}; }

 private:
  std::string tag_;
  std::uint64_t rows_ = 0;
};

template <class... M>
constexpr bool require_members(type_list<M...>) {
  static_assert(sizeof...(M) != 0, "pgcoro: a row has at least one column, this type has no member");
  return ((require_decodable<M>() && require_owning<M>()) && ...);
}

/// Whether rows can be fetched as T; else a message says why not.
template <class T>
constexpr bool require_fetchable() {
  static_assert(std::is_default_constructible_v<T>,
                "pgcoro: rows are decoded into values made by T's default constructor");
  return require_members(typename row_shape<T>::members());
}

/// What the sinks of typed rows share, whatever the type.
class PGCORO_DECL typed_sink : public row_sink {
 public:
  typed_sink(const typed_sink&) = delete;
  typed_sink& operator=(const typed_sink&) = delete;

  void describe(const std::shared_ptr<const row_layout>& layout) final { layout_ = layout.get(); }
  void complete(std::string_view) final {}
  error_info take_error() final;
  void choose_formats(const row_description& description, std::span<protocol::format> out) const noexcept final;
  void match(row_layout& layout) const final;
  const void* kind() const noexcept final { return &type_; }
  std::span<const protocol::format> wanted_formats() const noexcept final;

 protected:
  explicit typed_sink(const row_type& type) noexcept : type_(type) {}
  ~typed_sink() = default;

  const column_plan* plans() const noexcept { return layout_->plans.data(); }

  verdict explain(decode_status status, std::span<const std::byte> body);
  verdict fail(error_info why) noexcept;

 private:
  const row_type& type_;
  const row_layout* layout_ = nullptr;
  error_info error_;
};

template <class T>
class decoding_sink : public typed_sink {
  static_assert(require_fetchable<T>());

 protected:
  decoding_sink() noexcept : typed_sink(row_type_of<T>) {}
  ~decoding_sink() = default;

  [[gnu::always_inline]] verdict decode(std::span<const std::byte> body, T& out) {
    const decode_status status = decode_row(body, out, plans());
    if (status.ok()) [[likely]]
      return verdict::ok;
    return explain(status, body);
  }
};

/// All rows: fetch<T>(). Each is decoded in place, in the vector's new element.
template <class T>
class collect_sink final : public decoding_sink<T> {
 public:
  using typename row_sink::verdict;

  verdict row(std::span<const std::byte> body) override {
    if constexpr (std::same_as<T, bool>) {
      bool value = false;  // std::vector<bool> has no elements to decode into
      const verdict v = this->decode(body, value);
      rows_.push_back(value);
      return v;
    } else {
      return this->decode(body, rows_.emplace_back());
    }
  }
  void restart() override { rows_.clear(); }

  [[nodiscard]] std::vector<T> take() noexcept { return std::move(rows_); }

 private:
  std::vector<T> rows_;
};

/// errc::too_many_rows, errc::no_rows.
PGCORO_DECL error_info too_many_rows_error();
PGCORO_DECL error_info no_rows_error();

/// At most one row: fetch_one<T>(), fetch_optional<T>(). A second one is errc::too_many_rows.
template <class T>
class single_row_sink final : public decoding_sink<T> {
 public:
  using typename row_sink::verdict;

  verdict row(std::span<const std::byte> body) override {
    if (value_) return this->fail(too_many_rows_error());
    return this->decode(body, value_.emplace());
  }
  void restart() override { value_.reset(); }

  /// The row, if there was one: fetch_optional.
  [[nodiscard]] std::optional<T> take() { return std::move(value_); }

  /// For fetch_one, once the statement has completed: errc::no_rows, or nothing where take() holds a row.
  [[nodiscard]] error_info require_row() const { return value_ ? error_info() : no_rows_error(); }

 private:
  std::optional<T> value_;
};

}  // namespace pgcoro::detail
