// SCRAM's key derivation on a thread of its own: it takes a millisecond or, if the server likes, a hundred, and a
// coroutine driver would hold up all its connections meanwhile.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <optional>

#include "auth/scram_keys.hpp"
#include "net/one_shot.hpp"

namespace pgcoro::detail {

struct key_derivation_job {
  explicit key_derivation_job(auth::key_derivation work) : what(std::move(work)) {}

  auth::key_derivation what;
  std::optional<auth::outcome<auth::scram_keys>> keys;  ///< set when `done` has fired
  std::shared_ptr<one_shot> done = std::make_shared<one_shot>();
};

/// Runs the job on the worker thread of the executor's context; `done` fires on `executor`. The thread ends with the
/// context, which waits for the job that is running.
void run_key_derivation(const boost::asio::any_io_executor& executor, std::shared_ptr<key_derivation_job> job);

}  // namespace pgcoro::detail
