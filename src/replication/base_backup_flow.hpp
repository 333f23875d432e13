// BASE_BACKUP: result sets, then data, then one more result set. Up to PostgreSQL 14 each archive and the manifest are
// a COPY of their own; since then all are one, whose messages say what they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pgcoro/detail/copy_peer.hpp>
#include <pgcoro/detail/flow.hpp>
#include <pgcoro/replication/base_backup.hpp>

namespace pgcoro::detail {

class base_backup_flow final : public flow, private copy_peer {
 public:
  using part = replication::backup_part;

  base_backup_flow(std::shared_ptr<connection_core> core, std::string sql, bool one_copy);

  /// What has come; what it refers to lives until the next wait.
  const std::vector<part>& parts() const noexcept { return parts_; }
  /// The message that made no sense; empty where all did.
  const error_info& malformed() const noexcept { return malformed_; }

  lsn start() const noexcept { return start_; }
  lsn end() const noexcept { return end_; }
  std::uint32_t timeline() const noexcept { return timeline_; }
  const std::vector<replication::backup_tablespace>& tablespaces() const noexcept { return tablespaces_; }

 private:
  using verdict = row_sink::verdict;

  request* open(error_info& why) override;
  bool is_open() const override { return copies_ != 0; }
  bool has_data() const override { return !parts_.empty(); }
  void next_batch() override;
  bool refers_to_input() const override { return true; }
  error_info completed(request& r) override;

  bool begin(copy_direction direction, protocol::format overall, std::size_t columns) override;
  verdict data(protocol::bytes_view bytes) override;
  verdict done() override;

  error_info take_error() override { return malformed_; }

  /// Where the result sets go.
  class result_sets final : public row_sink {
   public:
    explicit result_sets(base_backup_flow& of) noexcept : of_(of) {}
    void describe(const std::shared_ptr<const row_layout>& layout) override { of_.describe(layout); }
    verdict row(std::span<const std::byte> body) override { return of_.row(body); }
    void complete(std::string_view) override {}
    error_info take_error() override { return of_.malformed_; }
    void choose_formats(const row_description&, std::span<protocol::format>) const noexcept override {}
    const void* kind() const noexcept override { return nullptr; }

   private:
    base_backup_flow& of_;
  };
  void describe(const std::shared_ptr<const row_layout>& layout);
  verdict row(std::span<const std::byte> body);

  verdict tagged_data(protocol::bytes_view bytes);
  verdict refuse(const protocol::protocol_error& why);
  void begin_old_archive();

  std::string sql_;
  bool one_copy_;
  std::shared_ptr<const row_layout> layout_;
  result_sets answers_{*this};
  int described_ = 0;  // result sets so far
  std::size_t copies_ = 0;
  lsn start_;
  lsn end_;
  std::uint32_t timeline_ = 0;
  std::vector<replication::backup_tablespace> tablespaces_;
  std::vector<part> parts_;
  std::string archive_name_;
  error_info malformed_;
};

}  // namespace pgcoro::detail
