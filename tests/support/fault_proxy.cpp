#include "support/fault_proxy.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <random>
#include <string>
#include <vector>

#include <pgcoro/protocol/bytes.hpp>

namespace pgcoro::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Both ends of one connection. A pump for each direction shares it.
struct link {
  explicit link(const asio::any_io_executor& executor) : client(executor), server(executor) {}

  void close() {
    error_code ignored;
    client.close(ignored);
    server.close(ignored);
  }

  tcp::socket client;
  tcp::socket server;
  bool hole = false;
  bool by_messages = false;  ///< a session that is open: its pieces are messages
};

}  // namespace

struct fault_proxy::state : std::enable_shared_from_this<state> {
  state(const asio::any_io_executor& executor, tcp::endpoint to, fault_profile p, std::uint64_t seed)
      : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        target(std::move(to)),
        profile(p),
        random(seed) {}

  bool happens(double chance) { return chance > 0 && std::uniform_real_distribution<double>()(random) < chance; }

  std::chrono::milliseconds some_time() {
    return std::chrono::milliseconds(
        1 + static_cast<long>(random() % static_cast<std::uint64_t>(std::max<long>(1, profile.longest_delay.count()))));
  }

  asio::awaitable<void> pause() {
    asio::steady_timer timer(acceptor.get_executor(), some_time());
    co_await timer.async_wait(asio::use_awaitable);
  }

  verdict judge(bool from_client, std::string_view piece) {
    ++counts.pieces;
    if (watching) {
      const verdict told = watching(from_client, piece);
      if (told != verdict::forward) return told;
    }
    if (happens(profile.cut)) return random() % 2 ? verdict::cut : verdict::forward_cut;
    if (happens(profile.hole)) return random() % 2 ? verdict::hole : verdict::forward_hole;
    return verdict::forward;
  }

  asio::awaitable<void> accept() {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
      error_code failed;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failed));
      if (failed) continue;
      asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    const auto self = shared_from_this();
    const auto both = std::make_shared<link>(acceptor.get_executor());
    both->client = std::move(socket);
    std::erase_if(links, [](const std::weak_ptr<link>& l) { return l.expired(); });
    links.push_back(both);
    ++counts.connections;
    error_code failed;
    co_await both->server.async_connect(target, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return both->close();
    both->client.set_option(tcp::no_delay(true), failed);
    both->server.set_option(tcp::no_delay(true), failed);
    asio::co_spawn(acceptor.get_executor(), pump(both, true), asio::detached);
    asio::co_spawn(acceptor.get_executor(), pump(both, false), asio::detached);
  }

  asio::awaitable<void> pump(std::shared_ptr<link> both, bool from_client) {
    const auto self = shared_from_this();
    tcp::socket& from = from_client ? both->client : both->server;
    std::array<char, 16 * 1024> buffer;
    std::string held;
    for (bool open = true; open;) {
      error_code failed;
      const std::size_t n =
          co_await from.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, failed));
      if (failed) break;
      held.append(buffer.data(), n);
      std::size_t passed = 0;
      while (const std::size_t size = open ? size_of_piece(*both, std::string_view(held).substr(passed)) : 0) {
        open = co_await pass(*both, from_client, std::string_view(held).substr(passed, size));
        passed += size;
      }
      held.erase(0, passed);
    }
    both->close();
  }

  /// 0 where the rest of a message has not come.
  static std::size_t size_of_piece(const link& of, std::string_view held) {
    constexpr std::size_t header = 5;
    if (!of.by_messages) return held.size();
    if (held.size() < header) return 0;
    const std::size_t size = 1 + std::size_t{protocol::load_be<std::uint32_t>(protocol::as_bytes(held).data() + 1)};
    return size <= held.size() ? size : 0;
  }

  /// False where the connection is to be cut.
  asio::awaitable<bool> pass(link& both, bool from_client, std::string_view piece) {
    if (both.hole) co_return true;  // read and dropped, so that the end is seen
    const verdict told = judge(from_client, piece);
    if (told == verdict::cut || told == verdict::forward_cut) ++counts.cuts;
    if (told == verdict::hole || told == verdict::forward_hole) ++counts.holes;
    if (told == verdict::cut) co_return false;
    if (told == verdict::hole) {
      both.hole = true;
      co_return true;
    }
    if (!co_await forward(from_client ? both.server : both.client, piece, told == verdict::forward_cut))
      co_return false;
    if (told == verdict::forward_hole) both.hole = true;  // the other side may have made one meanwhile: it stays
    co_return told != verdict::forward_cut;
  }

  asio::awaitable<bool> forward(tcp::socket& to, std::string_view piece, bool in_doubt) {
    if (happens(profile.delay)) {
      ++counts.delays;
      co_await pause();
    }
    std::size_t first = piece.size();
    if (piece.size() > 1 && happens(profile.split)) {
      ++counts.splits;
      first = 1 + random() % (piece.size() - 1);
    }
    error_code failed;
    co_await asio::async_write(to, asio::buffer(piece.substr(0, first)),
                               asio::redirect_error(asio::use_awaitable, failed));
    if (failed || first == piece.size()) co_return !failed;
    co_await pause();
    if (in_doubt) co_return false;  // cut in the middle of the piece
    co_await asio::async_write(to, asio::buffer(piece.substr(first)),
                               asio::redirect_error(asio::use_awaitable, failed));
    co_return !failed;
  }

  tcp::acceptor acceptor;
  tcp::endpoint target;
  fault_profile profile;
  std::mt19937_64 random;
  watcher watching;
  fault_counts counts;
  std::vector<std::weak_ptr<link>> links;
};

fault_proxy::fault_proxy(const asio::any_io_executor& executor, tcp::endpoint target, fault_profile profile,
                         std::uint64_t seed)
    : state_(std::make_shared<state>(executor, std::move(target), profile, seed)) {
  asio::co_spawn(executor, state_->accept(), asio::detached);
}

fault_proxy::~fault_proxy() {
  error_code ignored;
  state_->acceptor.close(ignored);
  for (const std::weak_ptr<link>& weak : state_->links)
    if (const auto both = weak.lock()) both->close();
}

unsigned short fault_proxy::port() const { return state_->acceptor.local_endpoint().port(); }
void fault_proxy::watch(watcher w) { state_->watching = std::move(w); }
void fault_proxy::watch_messages(watcher w) {
  for (const std::weak_ptr<link>& weak : state_->links)
    if (const auto both = weak.lock()) both->by_messages = true;
  watch(std::move(w));
}
void fault_proxy::behave() { state_->profile = {}; }
const fault_counts& fault_proxy::counts() const { return state_->counts; }

}  // namespace pgcoro::test
