// From what the user asked for to a request of the session.
#pragma once

#include <optional>

#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/detail/copy_dialect.hpp>
#include <pgcoro/detail/operation.hpp>
#include <pgcoro/detail/row_sink.hpp>
#include <pgcoro/query_text.hpp>
#include <pgcoro/statement.hpp>
#include <pgcoro/statement_mode.hpp>

#include "client/connection_core.hpp"
#include "session/request.hpp"

namespace pgcoro::detail {

/// What a handle stands for.
struct step_source {
  static const std::shared_ptr<prepared_statement>& handle(const statement& s) noexcept { return s.prepared_; }
};

/// Of a composed statement, or of arguments for the simple protocol.
error_info unfit_if_looked_at(connection_core& core, const query_text& text, statement_mode mode,
                              std::size_t arguments);

/// Why a text cannot be run with that many arguments, if it cannot. Nothing has been sent then.
inline error_info unfit(connection_core& core, const query_text& text, std::optional<statement_mode> mode,
                        std::size_t arguments) {
  const statement_mode how = text.prepared() ? statement_mode::cached : mode.value_or(core.settings().statement_mode);
  if (!text.composed() && (arguments == 0 || how != statement_mode::simple)) [[likely]]
    return {};
  return unfit_if_looked_at(core, text, how, arguments);
}

/// One statement as a step. Its parameters are the given ones, or those that are part of a composed
/// statement. What the arguments refer to must outlive the request.
void fill_step(step& s, connection_core& core, const query_text& text, std::optional<statement_mode> mode,
               const arguments* parameters, row_sink& sink);

/// One statement as a request of its own, submitted for `owner`.
request* submit_step(connection_core& core, operation& owner, const query_text& text,
                     std::optional<statement_mode> mode, const arguments* parameters, parameter_source* source,
                     row_sink& sink);

/// The request of a COPY: a script of one statement. `sql` must outlive it. `feed`: where its data are pulled.
request* submit_copy(connection_core& core, operation& owner, std::string_view sql, copy_peer& peer, row_sink& sink,
                     copy_row_source* feed = nullptr);

/// Why the server cannot do what is needed, as far as it has told its version.
error_info unmet(connection_core& core, const server_need& need);

/// How a COPY has ended that may have turned out to be another statement.
error_info outcome_of_copy(request& r, bool begun, copy_direction expected, std::string_view sql);

/// The error of a request with one step, or of the request as a whole.
error_info take_outcome(request& r);

}  // namespace pgcoro::detail
