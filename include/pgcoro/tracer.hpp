// Who watches: spans of what a connection or a pool does, and warnings.
//
//   class log_tracer : public pgcoro::tracer {
//     span begin(const pgcoro::span_start& s) noexcept override { … return number; }
//     void end(span number, const pgcoro::span_end& e) noexcept override { … }
//   };
//   options.tracer = std::make_shared<log_tracer>();
#pragma once

#include <cstdint>
#include <string_view>

#include <pgcoro/config.hpp>
#include <pgcoro/error.hpp>

namespace pgcoro {

enum class activity : unsigned char {
  connect,      ///< opening a connection, up to the first ReadyForQuery
  acquire,      ///< the wait for a connection of a pool
  query,        ///< one statement, of whichever way; execute_many and scripts too
  pipeline,     ///< several in one go
  transaction,  ///< from BEGIN to COMMIT or ROLLBACK
  copy,         ///< COPY in either direction
  listen,       ///< LISTEN and UNLISTEN
};

/// "connect", "acquire" …
PGCORO_DECL std::string_view to_string(activity what) noexcept;

/// The views are valid during the call.
struct span_start {
  activity what;
  std::string_view statement{};  ///< the text, if there is one; parameters are never shown
  std::string_view host{};       ///< host and port, or socket path; empty where not known (yet)
  std::string_view database{};
};

struct span_end {
  const error_info* error = nullptr;  ///< null: success
};

/// Called on whichever executor the activity runs on, from several threads where the program has several. Must not
/// block: what it does is paid by whoever waits.
class PGCORO_DECL tracer {
 public:
  using span = std::uint64_t;

  virtual ~tracer();

  /// Gives a number that `end` is called with; 0: not interested, no `end`.
  virtual span begin(const span_start& start) noexcept = 0;
  virtual void end(span number, const span_end& outcome) noexcept = 0;
  /// What an operator should know: a pool that may outgrow its server.
  virtual void warning(std::string_view) noexcept {}
};

}  // namespace pgcoro
