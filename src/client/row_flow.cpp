#include <pgcoro/detail/row_flow.hpp>

#include "client/connection_core.hpp"
#include "client/submit_step.hpp"

namespace pgcoro::detail {

query_text kept_text(query_text text) {
  if (text.prepared() || text.composed()) return text;
  return std::string(text.text());
}

request* row_flow::open(error_info& why) {
  why = unfit(core(), text_, mode_, parameters_.size());
  return why ? nullptr : submit_step(core(), *this, text_, mode_, &parameters_, nullptr, sink_);
}

}  // namespace pgcoro::detail
