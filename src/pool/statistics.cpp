#include <cmath>
#include <cstdio>

#include <pgcoro/pool_statistics.hpp>

namespace pgcoro {
namespace {

class exposition {
 public:
  explicit exposition(std::string_view labels) : labels_(labels) {}

  void gauge(std::string_view name, std::string_view help, std::uint64_t value) { number(name, help, "gauge", value); }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    number(std::string(name) + "_total", help, "counter", value);
  }

  /// A histogram's buckets count everything up to their bound.
  void histogram(std::string_view name, std::string_view help, const duration_histogram& h) {
    const std::string full = std::string(name) + "_seconds";
    head(full, help, "histogram");
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i + 1 < duration_histogram::buckets; ++i) {
      so_far += h.in_bucket(i);
      const std::string bound = seconds(duration_histogram::bound(i));
      sample(full + "_bucket", "le=\"" + bound + "\"", std::to_string(so_far));
    }
    sample(full + "_bucket", "le=\"+Inf\"", std::to_string(h.count()));
    sample(full + "_sum", "", seconds(h.sum()));
    sample(full + "_count", "", std::to_string(h.count()));
  }

  std::string take() noexcept { return std::move(text_); }

 private:
  void number(std::string_view name, std::string_view help, std::string_view type, std::uint64_t value) {
    head(name, help, type);
    sample(name, "", std::to_string(value));
  }

  void head(std::string_view name, std::string_view help, std::string_view type) {
    text_.append("# HELP pgcoro_pool_").append(name).append(" ").append(help);
    text_.append("\n# TYPE pgcoro_pool_").append(name).append(" ").append(type).append("\n");
  }

  void sample(std::string_view name, std::string_view label, std::string_view value) {
    text_.append("pgcoro_pool_").append(name);
    if (!labels_.empty() || !label.empty()) {
      text_.append("{").append(labels_);
      if (!labels_.empty() && !label.empty()) text_.append(",");
      text_.append(label).append("}");
    }
    text_.append(" ").append(value).append("\n");
  }

  static std::string seconds(std::chrono::duration<double> d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", d.count());
    return text;
  }

  std::string_view labels_;
  std::string text_;
};

}  // namespace

std::uint64_t duration_histogram::count() const noexcept {
  std::uint64_t all = 0;
  for (const std::uint64_t n : counts_) all += n;
  return all;
}

std::chrono::microseconds duration_histogram::percentile(double part) const noexcept {
  const auto below = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count())));
  std::uint64_t so_far = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    so_far += counts_[i];
    if (counts_[i] > 0 && so_far >= below) return bound(i);
  }
  return {};
}

std::string to_prometheus(const pool_statistics& s, std::string_view labels) {
  exposition out(labels);
  out.gauge("max_size", "Connections that the pool may have", s.max_size);
  out.gauge("size", "Connections, those that are being opened or closed included", s.size);
  out.gauge("idle", "Free connections", s.idle);
  out.gauge("in_use", "Connections that are leased or run statements", s.in_use);
  out.gauge("opening", "Connections that are being opened", s.opening);
  out.gauge("recovering", "Connections that are being pinged, reset or closed", s.recovering);
  out.gauge("waiting", "Coroutines that wait for a connection", s.waiting);
  out.counter("acquired", "Connections given", s.acquired);
  out.counter("acquired_at_once", "Connections given without a wait", s.acquired_at_once);
  out.counter("acquire_timeouts", "Waits that ended at their deadline", s.acquire_timeouts);
  out.counter("acquire_cancellations", "Waits that were cancelled", s.acquire_cancellations);
  out.counter("overloads", "Refused because max_waiters waited", s.overloads);
  out.counter("opened", "Connections opened", s.opened);
  out.counter("open_failures", "Attempts to open a connection that failed", s.open_failures);
  out.counter("closed_idle", "Connections closed after idle_timeout", s.closed_idle);
  out.counter("closed_lifetime", "Connections closed after max_lifetime or reset, or with their server",
              s.closed_lifetime);
  out.counter("closed_lost", "Connections lost", s.closed_lost);
  out.counter("closed_in_doubt", "Connections that failed a ping, a reset or a hook", s.closed_in_doubt);
  out.counter("checks", "Pings of connections that were idle long", s.checks);
  out.counter("rollbacks", "Transactions that were left open", s.rollbacks);
  out.counter("discards", "Session states that were discarded", s.discards);
  out.counter("servers_left", "Times a server was left as it was not of the wanted kind any more", s.servers_left);
  out.histogram("acquire_wait", "Wait for a connection", s.acquire_wait);
  out.histogram("use", "From acquire to return", s.use);
  out.histogram("query", "One-shot statements, without the wait", s.query);
  return out.take();
}

}  // namespace pgcoro
