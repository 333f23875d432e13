// A published table as it was when the rows that follow were written.
//
//   if (change.relation->schema() == "public" && change.relation->name() == "orders") …
//
// The server describes a table before its first row, and again after it has changed: then there is a new `relation`,
// and rows that came before still refer to the old one. Immutable; may be shared between threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/protocol/types.hpp>
#include <pgcoro/row_description.hpp>

namespace pgcoro::detail {
struct row_type;
struct tuple_layout;
}  // namespace pgcoro::detail

namespace pgcoro::replication {

/// What the server sends of a row's old values (`ALTER TABLE … REPLICA IDENTITY`).
enum class replica_identity : char {
  primary_key = 'd',  ///< the default: the primary key, where there is one
  nothing = 'n',
  full = 'f',  ///< the whole old row
  index = 'i',
};

/// The parts that a relation is made of.
struct relation_parts {
  oid id = 0;
  std::string schema;
  std::string name;
  replica_identity identity = replica_identity::primary_key;
  std::vector<column> columns;  ///< their `format` does not count: each value has its own
  std::vector<bool> key;        ///< of each column, whether it is part of the replica identity
  std::shared_ptr<const type_registry> registry = nullptr;
};

class PGCORO_DECL relation : public std::enable_shared_from_this<relation> {
 public:
  explicit relation(relation_parts parts);
  relation(const relation&) = delete;
  relation& operator=(const relation&) = delete;
  ~relation();

  [[nodiscard]] oid id() const noexcept { return id_; }
  [[nodiscard]] const std::string& schema() const noexcept { return schema_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] replica_identity identity() const noexcept { return identity_; }

  /// The published columns, in the order of the values of a row.
  [[nodiscard]] const std::vector<column>& columns() const noexcept { return descriptions_[0].columns; }
  /// Whether a column is part of the replica identity; of all where that is full.
  [[nodiscard]] bool is_key(std::size_t column) const noexcept { return key_[column]; }
  /// Number of the column of that name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const noexcept {
    return descriptions_[0].find(column);
  }

  /// The columns of a whole row, or of a key alone, with all their values in one format.
  [[nodiscard]] const row_description& description(bool key_only, protocol::format format) const noexcept {
    return descriptions_[(key_only ? 2U : 0U) + static_cast<std::size_t>(format)];
  }

 private:
  friend struct detail::tuple_layout;

  oid id_;
  std::string schema_;
  std::string name_;
  replica_identity identity_;
  std::vector<bool> key_;
  row_description descriptions_[4];
  /// What C++ types take of the rows: looked up once for each type, kept in a list that only grows.
  mutable std::atomic<const detail::tuple_layout*> layouts_ = nullptr;
};

}  // namespace pgcoro::replication
