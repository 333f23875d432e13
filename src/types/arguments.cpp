#include <algorithm>

#include <pgcoro/detail/arguments.hpp>
#include <pgcoro/type_registry.hpp>
#include <pgcoro/types/builtin_types.hpp>

namespace pgcoro::detail {
namespace {

std::string counted(std::size_t n, std::string_view noun) {
  std::string text = std::to_string(n).append(" ").append(noun);
  if (n != 1) text.push_back('s');
  return text;
}

/// Nothing was sent: the statement cannot have run.
error_info not_sent(errc code, std::string parameter, std::string message) {
  error_details details;
  details.code = code;
  details.safe_to_retry = true;
  details.column = std::move(parameter);
  details.message = std::move(message);
  return error_info(std::move(details));
}

error_info count_error(std::size_t parameters, std::size_t arguments) {
  return not_sent(errc::parameter_count_mismatch, {},
                  "the statement has " + counted(parameters, "parameter") + ", " + counted(arguments, "argument") +
                      (arguments == 1 ? " was given" : " were given"));
}

/// "parameter $2 (std::int32_t → int2): value 70000 is out of range"
error_info value_error(errc code, std::size_t number, const argument_view& argument, oid type,
                       const type_registry* registry) {
  std::string parameter = "$" + std::to_string(number);
  std::string message = "parameter " + parameter + " (" + argument.type->cpp_name() + " → ";
  message.append(type == 0 ? "a type that the server infers" : type_name(type, registry)).append("): ");
  const std::string value = code == errc::out_of_range ? argument.type->shown(argument.value) : std::string();
  if (!value.empty())
    message.append("value ").append(value).append(" is out of range");
  else if (code == errc::type_mismatch)
    message.append("no conversion");
  else
    message.append(boost::system::error_code(code).message());
  return not_sent(code, std::move(parameter), std::move(message));
}

/// `argument(i)`: an argument_view.
template <class Arguments>
error_info encode_each(std::size_t count, Arguments argument, std::span<const oid> types, const type_registry* registry,
                       protocol::bind_writer& out) {
  if (count != types.size()) [[unlikely]] {
    out.fail(errc::parameter_count_mismatch);
    return count_error(types.size(), count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const argument_view a = argument(i);
    const errc failure = a.type->encode(a.value, types[i], registry, out);
    if (failure == errc{}) [[likely]]
      continue;
    out.fail(failure);
    return value_error(failure, i + 1, a, types[i], registry);
  }
  return {};
}

}  // namespace

template struct argument_functions<bool>;
template struct argument_functions<std::int32_t>;
template struct argument_functions<std::int64_t>;
template struct argument_functions<double>;
template struct argument_functions<std::string>;
template struct argument_functions<std::string_view>;
template struct argument_functions<borrowed<std::string>>;

std::string printed(std::int64_t value) { return std::to_string(value); }
std::string printed(std::uint64_t value) { return std::to_string(value); }
std::string printed(float value) {
  std::string text;
  append_number(text, value);
  return text;
}
std::string printed(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

error_info encode_arguments(std::span<const argument_view> arguments, std::span<const oid> types,
                            const type_registry* registry, protocol::bind_writer& out) {
  return encode_each(arguments.size(), [&](std::size_t i) { return arguments[i]; }, types, registry, out);
}

[[gnu::hot]] error_info arguments::encode(std::span<const oid> types, protocol::bind_writer& out,
                                          const type_registry* registry) const {
  const std::byte* const at = values();
  const constant_table<argument_slot> slots = layout_->slots;
  return encode_each(
      slots.size(), [&](std::size_t i) { return argument_view{slots[i].type, at + slots[i].offset}; }, types, registry,
      out);
}

/// The pack's own block of memory holds its layout, too: first that, then the slots, then the values.
arguments arguments::referring(std::span<const argument_view> borrowed_values) {
  arguments made;
  const std::size_t count = borrowed_values.size();
  if (count == 0) return made;
  static_assert(alignof(argument_slot) <= alignof(argument_layout) && alignof(void*) <= alignof(argument_slot));
  const std::size_t slots_at = sizeof(argument_layout);
  const std::size_t values_at = slots_at + count * sizeof(argument_slot);
  const std::size_t size = std::max(values_at + count * sizeof(void*), inline_size + 1);
  made.heap_ = static_cast<std::byte*>(::operator new(size));
  auto* const slots = reinterpret_cast<argument_slot*>(made.heap_ + slots_at);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t offset = values_at + i * sizeof(void*);
    ::new (static_cast<void*>(slots + i)) argument_slot{borrowed_values[i].type, offset, sizeof(void*)};
    std::memcpy(made.heap_ + offset, borrowed_values[i].value, sizeof(void*));
  }
  made.layout_ = ::new (static_cast<void*>(made.heap_)) argument_layout{{slots, count}, size, true};
  return made;
}

void arguments::declared_oids(std::span<oid> out) const noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = layout_->slots[i].type->declared;
}

void arguments::relocate(arguments& from) noexcept {
  for (const argument_slot& slot : layout_->slots) {
    std::byte* const to = inline_ + slot.offset;
    std::byte* const old = from.inline_ + slot.offset;
    if (slot.type->relocate != nullptr)
      slot.type->relocate(to, old);
    else
      std::memcpy(to, old, slot.size);
  }
}

void arguments::destroy_values() noexcept {
  std::byte* const at = values();
  for (const argument_slot& slot : layout_->slots)
    if (slot.type->destroy != nullptr) slot.type->destroy(at + slot.offset);
  if (!is_inline()) ::operator delete(heap_);
}

}  // namespace pgcoro::detail
