#include <charconv>

#include <pgcoro/insert_rows.hpp>
#include <pgcoro/types/array.hpp>
#include <pgcoro/types/text.hpp>

namespace pgcoro::detail {

boost::asio::awaitable<std::uint64_t> run_insert_source(std::shared_ptr<connection_core> core, std::string text,
                                                        parameter_source& source) {
  const query_text sql(text);
  execute_sink sink;
  many_operation op(std::move(core), sql, source, {}, sink);
  co_await op.done();
  op.throw_if_failed();
  const command_result done = sink.take();
  co_return done.rows_affected();
}

boost::asio::awaitable<std::vector<std::optional<std::string>>> column_types(std::shared_ptr<connection_core> core,
                                                                             const table& target) {
  const std::vector<std::string> names(target.columns().begin(), target.columns().end());
  return run_statement<collect_sink<std::optional<std::string>>, take_all<std::optional<std::string>>>(
      std::move(core), column_types_query(), arguments::owning(target.name().text(), names), {});
}

std::size_t row_of_parameter(const error_info& about, std::size_t parameters) noexcept {
  const std::string& name = about.column();  // "$7"
  std::size_t number = 0;
  if (name.size() < 2 || std::from_chars(name.data() + 1, name.data() + name.size(), number).ec != std::errc())
    return 0;
  return number == 0 ? 0 : (number - 1) / parameters;
}

/// A column that is not there is for the server to name.
bool can_unnest(std::span<const std::optional<std::string>> types, const table& target) noexcept {
  if (types.size() != target.columns().size()) return false;
  for (const auto& type : types)
    if (!type) return false;
  return true;
}

}  // namespace pgcoro::detail
