#include "client/session_attrs.hpp"

#include <pgcoro/detail/row_sinks.hpp>

namespace pgcoro::detail {

std::optional<session_kind> session_kind::told(const parameter_map& parameters) {
  const auto standby = parameters.find("in_hot_standby");
  const auto read_only = parameters.find("default_transaction_read_only");
  if (standby == parameters.end() || read_only == parameters.end()) return std::nullopt;
  const bool is_standby = standby->second == "on";
  return session_kind{.standby = is_standby, .read_only = is_standby || read_only->second == "on"};
}

bool session_kind::meets(target_session_attrs wanted) const noexcept {
  switch (wanted) {
    case target_session_attrs::any: return true;
    case target_session_attrs::read_write: return !read_only;
    case target_session_attrs::read_only: return read_only;
    case target_session_attrs::primary: return !standby;
    case target_session_attrs::standby:
    case target_session_attrs::prefer_standby: return standby;
  }
  return false;
}

struct session_attrs_check::answer {
  result_sink rows;
};

session_attrs_check::session_attrs_check(const parameter_map& parameters, protocol::transaction_status status)
    : kind_(session_kind::told(parameters)) {
  if (kind_) return;
  session_settings settings;
  settings.parameters = parameters;
  settings.status = status;
  session_ = std::make_unique<session>(std::move(settings));
}

session_attrs_check::~session_attrs_check() = default;

void session_attrs_check::begin() {
  answer_ = std::make_unique<answer>();
  request* r = session_->acquire();
  r->what = request::kind::script;
  r->single.sql = session_kind::question;
  r->single.sink = &answer_->rows;
  r->steps = {&r->single, 1};
  r->owner = answer_.get();
  session_->submit(r);
}

error_info session_attrs_check::receive(protocol::buffer& input) {
  session_->on_written(session_->output().size());
  if (error_info failed = session_->receive(input)) return failed;
  request* r = session_->next_completed();
  if (!r) return {};
  error_info failed = r->error;
  session_->release(r);
  if (failed) return failed;
  const pgcoro::result rows = answer_->rows.take();
  if (rows.size() != 1 || rows[0].size() != 2)
    return error_info(make_error_code(errc::protocol_error), "the server did not say whether it is a standby");
  kind_ = session_kind{.standby = rows[0][0].as<bool>(), .read_only = rows[0][1].as<bool>()};
  return {};
}

std::string session_attrs_check::mismatch(target_session_attrs wanted) const {
  switch (wanted) {
    case target_session_attrs::read_write: return "the session is read-only";
    case target_session_attrs::read_only: return "the session is not read-only";
    case target_session_attrs::primary: return "the server is in hot standby mode";
    default: return "the server is not in hot standby mode";
  }
}

}  // namespace pgcoro::detail
