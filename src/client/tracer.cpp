#include <pgcoro/tracer.hpp>

namespace pgcoro {

tracer::~tracer() = default;

std::string_view to_string(activity what) noexcept {
  switch (what) {
    case activity::connect: return "connect";
    case activity::acquire: return "acquire";
    case activity::query: return "query";
    case activity::pipeline: return "pipeline";
    case activity::transaction: return "transaction";
    case activity::copy: return "copy";
    case activity::listen: return "listen";
  }
  return "";
}

}  // namespace pgcoro
