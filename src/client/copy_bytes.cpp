#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <pgcoro/copy_bytes.hpp>
#include <pgcoro/detail/copy_flow.hpp>
#include <pgcoro/protocol/copy.hpp>

namespace pgcoro {
namespace {

namespace asio = boost::asio;

constexpr std::size_t high_water = 64 * 1024;
constexpr std::size_t file_piece = 256 * 1024;
/// Bytes that wait before a sink is called: a call for each row would cost more than the row.
constexpr std::size_t drain_piece = 64 * 1024;

struct closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_handle = std::unique_ptr<std::FILE, closer>;

file_handle open_file(const std::filesystem::path& path, const char* mode) {
  file_handle file(std::fopen(path.c_str(), mode));
  if (!file) throw std::filesystem::filesystem_error("cannot open", path, {errno, std::generic_category()});
  return file;
}

}  // namespace

bool byte_copy_writer::push(copy_bytes bytes) {
  if (!bytes.empty()) copy_->append(bytes);
  bytes_ += bytes.size();
  return copy_->staging().size() >= high_water || copy_->ended();
}

asio::awaitable<void> byte_copy_writer::flush() { return copy_->wait(detail::flow::until::drained); }

asio::awaitable<std::uint64_t> byte_copy_writer::finish() {
  copy_->finish();
  co_await copy_->wait(detail::flow::until::end);
  co_return copy_->take_result().rows_affected();
}

asio::awaitable<std::optional<byte_copy_reader::chunks>> byte_copy_reader::next() {
  if (ended_) co_return std::nullopt;
  co_await copy_->wait(detail::flow::until::data);
  const chunks come = copy_->chunks();
  if (come.empty()) {
    ended_ = true;
    rows_ = copy_->take_result().rows_affected();
    co_return std::nullopt;
  }
  for (const copy_bytes chunk : come) bytes_ += chunk.size();
  co_return std::optional<chunks>(come);
}

namespace detail {

asio::awaitable<byte_copy_writer> open_copy_bytes_in(std::shared_ptr<connection_core> core, query_text sql,
                                                     query_options options) {
  co_return byte_copy_writer(co_await begin_copy_in(std::move(core), std::string(sql.text()), options));
}

asio::awaitable<byte_copy_reader> open_copy_bytes_out(std::shared_ptr<connection_core> core, query_text sql,
                                                      query_options options) {
  co_return byte_copy_reader(co_await begin_copy_out(std::move(core), std::string(sql.text()), options));
}

asio::awaitable<copy_totals> feed_copy(copy_opening into, copy_feed& feed, copy_progress& progress, std::uint64_t of) {
  byte_copy_writer in = co_await std::move(into);
  copy_totals totals{.of = of};
  for (;;) {
    const copy_bytes piece = co_await feed();
    if (piece.empty()) break;
    const bool full = in.push(piece);
    if (full) co_await in.flush();
    totals.bytes = in.bytes();
    if (progress) progress(totals);
  }
  totals.rows = co_await in.finish();
  if (progress) progress(totals);
  co_return totals;
}

asio::awaitable<copy_totals> drain_copy(copy_out_opening from, copy_drain& drain, copy_progress& progress) {
  byte_copy_reader out = co_await std::move(from);
  copy_totals totals;
  protocol::buffer gathered;
  while (auto chunks = co_await out.next()) {
    for (const copy_bytes chunk : *chunks) gathered.append(chunk);
    totals.bytes = out.bytes();
    if (gathered.size() < drain_piece) continue;
    co_await drain(gathered.data());
    gathered.clear();
    if (progress) progress(totals);
  }
  if (!gathered.empty()) co_await drain(gathered.data());
  totals.rows = out.rows();
  if (progress) progress(totals);
  co_return totals;
}

asio::awaitable<copy_totals> copy_file_in(copy_opening into, std::filesystem::path file, copy_progress progress) {
  const file_handle from = open_file(file, "rb");
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(file, unknown);
  std::vector<std::byte> room(file_piece);
  copy_feed feed = [&from, &room, &file]() -> asio::awaitable<copy_bytes> {
    const std::size_t n = std::fread(room.data(), 1, room.size(), from.get());
    if (n == 0 && std::ferror(from.get()) != 0)
      throw std::filesystem::filesystem_error("cannot read", file, {errno, std::generic_category()});
    co_return copy_bytes(room.data(), n);
  };
  co_return co_await feed_copy(std::move(into), feed, progress, unknown ? 0 : size);
}

asio::awaitable<copy_totals> copy_file_out(copy_out_opening from, std::filesystem::path file, copy_progress progress) {
  file_handle to = open_file(file, "wb");
  const auto failed = [&file] {
    throw std::filesystem::filesystem_error("cannot write", file, {errno, std::generic_category()});
  };
  copy_drain drain = [&to, &failed](copy_bytes bytes) -> asio::awaitable<void> {
    if (std::fwrite(bytes.data(), 1, bytes.size(), to.get()) != bytes.size()) failed();
    co_return;
  };
  copy_totals totals = co_await drain_copy(std::move(from), drain, progress);
  if (std::fclose(to.release()) != 0) failed();
  co_return totals;
}

asio::awaitable<copy_totals> copy_memory_in(copy_opening into, copy_bytes bytes, copy_progress progress) {
  const std::uint64_t of = bytes.size();
  copy_feed feed = [&bytes]() -> asio::awaitable<copy_bytes> {
    const copy_bytes piece = bytes.first(std::min(bytes.size(), file_piece));
    bytes = bytes.subspan(piece.size());
    co_return piece;
  };
  co_return co_await feed_copy(std::move(into), feed, progress, of);
}

asio::awaitable<copy_totals> pump_copy(copy_out_opening from, copy_opening into, copy_progress progress) {
  byte_copy_reader out = co_await std::move(from);
  byte_copy_writer in = co_await std::move(into);
  copy_totals totals;
  while (auto chunks = co_await out.next()) {
    bool full = false;
    for (const copy_bytes chunk : *chunks) full = in.push(chunk);
    if (full) co_await in.flush();
    totals.bytes = out.bytes();
    if (progress) progress(totals);
  }
  totals.rows = co_await in.finish();
  if (progress) progress(totals);
  co_return totals;
}

}  // namespace detail
}  // namespace pgcoro
