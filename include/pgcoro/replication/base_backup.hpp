// A copy of the whole cluster, streamed: one tar archive for each tablespace, then the manifest.
//
//   auto backup = co_await repl.base_backup({.checkpoint = backup_checkpoint::fast, .wal = true});
//   while (auto part = co_await backup.next())
//     switch (part->what) { case backup_part::kind::archive: open(part->name); … case kind::data: write(part->data); …
//     }
//   lsn end = backup.end();
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgcoro/config.hpp>
#include <pgcoro/replication/base_backup_options.hpp>
#include <pgcoro/types/lsn.hpp>

namespace pgcoro::detail {
class replication_session;
}  // namespace pgcoro::detail

namespace pgcoro::replication {

struct backup_tablespace {
  std::uint32_t id = 0;               ///< 0: the data directory itself
  std::string location;               ///< empty: the data directory itself
  std::optional<std::uint64_t> size;  ///< in kB, estimated; with `progress`
};

/// Valid until the next call of next().
struct backup_part {
  enum class kind : unsigned char {
    archive,   ///< a tar archive begins: `name`, `location`
    manifest,  ///< the manifest begins
    data,      ///< of what has begun last
    progress,  ///< `done` bytes of all
  };
  kind what = kind::data;
  std::string_view name{};      ///< "base.tar", "16389.tar"
  std::string_view location{};  ///< of the tablespace; empty: the data directory itself
  std::span<const std::byte> data{};
  std::uint64_t done = 0;
};

class PGCORO_DECL backup_stream {
 public:
  backup_stream() noexcept;
  backup_stream(backup_stream&&) noexcept;
  backup_stream& operator=(backup_stream&&) noexcept;
  ~backup_stream();

  [[nodiscard]] lsn start() const noexcept;
  [[nodiscard]] std::uint32_t timeline() const noexcept;
  [[nodiscard]] const std::vector<backup_tablespace>& tablespaces() const noexcept;
  /// Where the log must be replayed to; once next() has given nothing.
  [[nodiscard]] lsn end() const noexcept;

  /// The next part; nothing where the backup is complete. Throws what the server says, also where a checksum is wrong.
  [[nodiscard]] boost::asio::awaitable<std::optional<backup_part>> next();

 private:
  friend class connection;
  struct state;
  explicit backup_stream(std::unique_ptr<state> opened) noexcept;
  static boost::asio::awaitable<backup_stream> open(std::shared_ptr<detail::replication_session> session,
                                                    std::string command);
  std::unique_ptr<state> state_;
};

}  // namespace pgcoro::replication
