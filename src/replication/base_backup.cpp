#include <utility>

#include <pgcoro/replication/base_backup.hpp>
#include <pgcoro/replication/connection.hpp>

#include "replication/base_backup_flow.hpp"
#include "replication/replication_session.hpp"

namespace pgcoro::replication {

namespace asio = boost::asio;
using detail::base_backup_flow;
using detail::flow;

struct backup_stream::state {
  std::shared_ptr<detail::replication_session> session;  ///< keeps the connection
  detail::flow_handle<base_backup_flow> backup;
  std::size_t given = 0;  ///< of the parts that have come
};

backup_stream::backup_stream() noexcept = default;
backup_stream::backup_stream(std::unique_ptr<state> opened) noexcept : state_(std::move(opened)) {}
backup_stream::backup_stream(backup_stream&&) noexcept = default;
backup_stream& backup_stream::operator=(backup_stream&&) noexcept = default;
backup_stream::~backup_stream() = default;

lsn backup_stream::start() const noexcept { return state_->backup->start(); }
lsn backup_stream::end() const noexcept { return state_->backup->end(); }
std::uint32_t backup_stream::timeline() const noexcept { return state_->backup->timeline(); }
const std::vector<backup_tablespace>& backup_stream::tablespaces() const noexcept {
  return state_->backup->tablespaces();
}

asio::awaitable<std::optional<backup_part>> backup_stream::next() {
  state& s = *state_;
  if (s.given == s.backup->parts().size()) {
    s.given = 0;
    detail::flow_wait come(*s.backup, flow::until::data);
    co_await come.done();
    come.throw_if_failed();
    if (s.backup->malformed()) throw_error(s.backup->malformed());
    if (s.backup->parts().empty()) co_return std::nullopt;
  }
  co_return s.backup->parts()[s.given++];
}

asio::awaitable<backup_stream> backup_stream::open(std::shared_ptr<detail::replication_session> session,
                                                   std::string command) {
  auto opened = std::make_unique<state>();
  const bool one_copy = session->version() >= 15;
  opened->backup = detail::flow_handle<base_backup_flow>(
      std::make_shared<base_backup_flow>(session->core(), std::move(command), one_copy));
  opened->session = std::move(session);
  detail::flow_wait begun(*opened->backup, flow::until::open);
  co_await begun.done();
  begun.throw_if_failed();
  co_return backup_stream(std::move(opened));
}

asio::awaitable<backup_stream> connection::base_backup(base_backup_options options) {
  detail::command_text text = detail::base_backup_command(server_version(), options);
  if (!text) throw_error(text.error());
  return backup_stream::open(session_, std::move(*text));
}

}  // namespace pgcoro::replication
