// Reads and writes the C++ types that are arrays: what is common to vectors, std::arrays and pgcoro::array.
//
// An array's type decides how its elements are read, once for each array; the loop over elements that have a usual
// decoder and a fixed size looks at nothing but their bytes.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <pgcoro/codec.hpp>
#include <pgcoro/detail/array_level.hpp>
#include <pgcoro/detail/array_shape.hpp>
#include <pgcoro/detail/array_source.hpp>
#include <pgcoro/detail/column_plan.hpp>
#include <pgcoro/detail/composed_type.hpp>
#include <pgcoro/detail/part_codec.hpp>
#include <pgcoro/types/builtin_composed.hpp>

namespace pgcoro::detail {

/// Elements whose usual case can be read and written without a look at anything but the bytes.
template <class Leaf>
concept fixed_leaf = !nullable<Leaf>::value && has_usual_case<Leaf>;

/// Reads elements of the usual kind, whose bytes are there; `at` ends behind them. False where one is not of that kind:
/// nothing is lost then, they are read again.
template <class Leaf>
[[nodiscard]] bool read_usual(const std::byte*& at, Leaf* out, std::size_t count, errc& failure) {
  constexpr std::size_t size = codec<Leaf>::common_size;
  for (Leaf* const end = out + count; out != end; ++out, at += 4 + size) {
    if (protocol::load_be<std::uint32_t>(at) != size) [[unlikely]]
      return false;
    failure = codec<Leaf>::common_decoder(protocol::bytes_view(at + 4, size), *out, value_type{});
    if (failure != errc{}) [[unlikely]]
      return true;
  }
  return true;
}

/// The same of an array that is being read.
template <class Leaf>
[[nodiscard]] bool read_fixed(binary_array& from, Leaf* out, std::size_t count, errc& failure) {
  const std::byte* at = from.fixed(count, codec<Leaf>::common_size);
  if (at == nullptr || !read_usual(at, out, count, failure)) return false;
  if (failure == errc{}) from.skip_to(at);
  return true;
}

template <class T>
inline constexpr bool is_flat = false;
template <class Leaf>
inline constexpr bool is_flat<std::vector<Leaf>> = fixed_leaf<Leaf> && !std::is_same_v<Leaf, bool>;
template <class Leaf, std::size_t Size>
inline constexpr bool is_flat<std::array<Leaf, Size>> = fixed_leaf<Leaf>;

template <class Leaf, class Source>
class element_reader {
 public:
  explicit element_reader(Source& from) noexcept : from_(from) {
    plan_.from = from.element();
    plan_.decoder = decoder_of<Leaf>(plan_.from);
  }

  [[nodiscard]] errc ready() const noexcept { return plan_.decoder != nullptr ? errc{} : errc::type_mismatch; }

  errc read(Leaf& out) {
    protocol::field field;
    if (!from_.next(field)) [[unlikely]]
      return errc::invalid_value;
    return read_member(field, out, plan_);
  }

  errc read(Leaf* out, std::size_t count) {
    if constexpr (fixed_leaf<Leaf> && std::is_same_v<Source, binary_array>) {
      const auto usual = reinterpret_cast<any_decoder>(codec<Leaf>::common_decoder);
      errc failure{};
      if (plan_.decoder == usual && read_fixed<Leaf>(from_, out, count, failure)) return failure;
    }
    for (Leaf* const end = out + count; out != end; ++out)
      if (const errc e = read(*out); e != errc{}) return e;
    return errc{};
  }

 private:
  Source& from_;
  column_plan plan_;
};

/// errc::out_of_range: a std::array has another size.
template <class Level>
errc resize_level(Level& out, std::size_t size) {
  if constexpr (array_level<Level>::resizable)
    out.resize(size);
  else if (out.size() != size)
    return errc::out_of_range;
  return errc{};
}

template <class Level, class Reader>
errc read_level(Level& out, const array_dimension* dimension, Reader& reader) {
  using element = typename array_level<Level>::element;
  if (const errc e = resize_level(out, static_cast<std::size_t>(dimension->size)); e != errc{}) return e;
  if constexpr (std::is_same_v<Level, std::vector<bool>>) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      bool value = false;  // its elements are bits, which cannot be decoded into
      if (const errc e = reader.read(value); e != errc{}) return e;
      out[i] = value;
    }
  } else if constexpr (array_like<element>) {
    for (element& inner : out)
      if (const errc e = read_level(inner, dimension + 1, reader); e != errc{}) return e;
  } else {
    return reader.read(out.data(), out.size());
  }
  return errc{};
}

/// Reads what nearly every array is: one dimension, elements of the usual kind, no NULL. False where it is another:
/// nothing is lost then.
template <class Flat>
[[nodiscard]] bool read_flat(protocol::bytes_view bytes, Flat& out, errc& failure) {
  using Leaf = typename array_level<Flat>::element;
  constexpr std::size_t head = 20;  // dimensions, flags, element type; size and lower bound of the one dimension
  constexpr std::size_t size = codec<Leaf>::common_size;
  if (bytes.size() < head) return false;
  const auto word = [&](std::size_t at) { return protocol::load_be<std::uint32_t>(bytes.data() + at); };
  const std::size_t count = word(12);
  if (word(0) != 1 || word(4) != 0 || word(8) != codec<Leaf>::declared_oid) return false;
  if (count == 0 || bytes.size() - head != std::uint64_t{count} * (4 + size)) return false;
  if constexpr (!array_level<Flat>::resizable) {
    if (out.size() != count) return false;
  } else if (out.capacity() < count) {
    out = Flat(count);
  } else {
    out.resize(count);
  }
  const std::byte* at = bytes.data() + head;
  return read_usual(at, out.data(), count, failure);
}

/// Reads into nested vectors and std::arrays. out_of_range: another number of dimensions, or another size of a
/// std::array.
template <class T, class Source>
errc read_nested(protocol::bytes_view bytes, T& out, const value_type& from) {
  if constexpr (is_flat<T> && std::is_same_v<Source, binary_array>) {
    errc failure{};
    if (read_flat(bytes, out, failure)) return failure;
  }
  Source source;
  if (const errc e = source.open(bytes, from); e != errc{}) return e;
  element_reader<array_leaf_t<T>, Source> reader(source);
  if (const errc e = reader.ready(); e != errc{}) return e;
  const std::span<const array_dimension> dimensions = source.shape().dimensions();
  if (dimensions.empty()) {
    if (const errc e = resize_level(out, 0); e != errc{}) return e;
  } else if (dimensions.size() != array_leaf<T>::depth) {
    return errc::out_of_range;
  } else if (const errc e = read_level(out, dimensions.data(), reader); e != errc{}) {
    return e;
  }
  return source.finish();
}

/// Whether arrays of the type may hold elements that a Leaf can be read from; the element decides where nothing is
/// known.
template <class Leaf>
bool reads_elements_of(const value_type& from) noexcept {
  const oid element = element_type(from.type, from.registry);
  if (element != 0) return codec<not_null_t<Leaf>>::decoder(without_domain({element, from.format, from.registry}));
  return from.type == oids::anyarray || is_unknown_type(from.type, from.registry);
}

/// Where the elements of an array go: binary or text. The encoder decides for all of them.
template <class Leaf>
struct element_writer {
  encoding<not_null_t<Leaf>> write;
  value_type to;  ///< of an element
};

/// How the elements of a parameter are written: null where they cannot be.
template <class Leaf>
element_writer<Leaf> write_elements_of(const value_type& to) noexcept {
  element_writer<Leaf> made;
  const oid element = element_type(to.type, to.registry);
  const bool inferred = element == 0 && (is_unknown_type(to.type, to.registry) || to.type == oids::unknown);
  if (element == 0 && !inferred) return made;
  const bool only_text = inferred || to.format == protocol::format::text || is_vector_type(to.type);
  made.to = without_domain({element, only_text ? protocol::format::text : protocol::format::binary, to.registry});
  made.write = codec<not_null_t<Leaf>>::encoder(made.to);
  if (!made.write || made.write.format == made.to.format) return made;
  // What can be written as text alone makes the whole array text.
  made.to.format = protocol::format::text;
  made.write = codec<not_null_t<Leaf>>::encoder(made.to);
  return made;
}

/// Measures the outermost dimension and those within it. invalid_value: rows of different lengths.
template <class Level>
errc measure(const Level& value, array_shape& shape, std::size_t level = 0) {
  using element = typename array_level<Level>::element;
  if (level == shape.dimensions().size()) {
    if (value.size() > std::numeric_limits<std::int32_t>::max()) return errc::out_of_range;
    if (const errc e = shape.add({static_cast<std::int32_t>(value.size()), 1}); e != errc{}) return errc::out_of_range;
  } else if (value.size() != static_cast<std::size_t>(shape.dimensions()[level].size)) {
    return errc::invalid_value;
  }
  if constexpr (array_like<element>)
    for (const element& inner : value)
      if (const errc e = measure(inner, shape, level + 1); e != errc{}) return e;
  return errc{};
}

/// Calls `f` with each element, in order, until it fails.
template <class Level, class F>
errc for_each_leaf(const Level& value, F& f) {
  using element = typename array_level<Level>::element;
  for (auto&& inner : value) {
    errc failure{};
    if constexpr (array_like<element>)
      failure = for_each_leaf(inner, f);
    else
      failure = f(static_cast<const element&>(inner));  // a bit of a std::vector<bool> becomes a bool
    if (failure != errc{}) return failure;
  }
  return errc{};
}

/// Appends the header of an array in binary, answers where its flag for NULLs is.
PGCORO_DECL std::size_t append_array_header(protocol::buffer& out, std::span<const array_dimension> dimensions,
                                            oid element);
PGCORO_DECL void set_has_nulls(protocol::buffer& out, std::size_t flag) noexcept;

/// `each(f)`: calls f with every leaf.
template <class Leaf, class Each>
errc append_binary_elements(protocol::buffer& out, const element_writer<Leaf>& elements, std::size_t flag,
                            std::size_t count, Each each) {
  if constexpr (fixed_leaf<Leaf>) {
    if (elements.to.type == codec<Leaf>::declared_oid) {
      constexpr std::size_t size = codec<Leaf>::common_size;
      std::byte* at = out.prepare(count * (4 + size));
      out.commit(count * (4 + size));
      return each([&](const Leaf& value) {
        protocol::store_be(at, static_cast<std::uint32_t>(size));
        const errc failure = codec<Leaf>::common_store(value, at + 4);
        at += 4 + size;
        return failure;
      });
    }
  }
  return each([&](const Leaf& value) {
    const auto append = [&](const not_null_t<Leaf>& held) {
      return append_sized(out, [&] { return elements.write.write(held, out, elements.to); });
    };
    if constexpr (nullable<Leaf>::value) {
      const auto* const held = nullable<Leaf>::get(value);
      if (held != nullptr) return append(*held);
      out.append_i32(-1);
      set_has_nulls(out, flag);
      return errc{};
    } else {
      return append(value);
    }
  });
}

template <class Leaf>
errc append_text_element(protocol::buffer& out, const Leaf& value, const element_writer<Leaf>& elements,
                         const literal_rules& rules) {
  const auto append = [&](const not_null_t<Leaf>& held) {
    const std::size_t begin = out.size();
    const errc failure = elements.write.write(held, out, elements.to);
    if (failure == errc{}) quote_word(out, begin, rules);
    return failure;
  };
  if constexpr (nullable<Leaf>::value) {
    const auto* const held = nullable<Leaf>::get(value);
    if (held != nullptr) return append(*held);
    out.append("NULL");
    return errc{};
  } else {
    return append(value);
  }
}

/// What stands between and around the elements of an array's text: delimiters, and the braces of each dimension.
class PGCORO_DECL text_array_writer {
 public:
  /// `type` decides on the delimiter, and whether there are braces at all.
  text_array_writer(protocol::buffer& out, std::span<const array_dimension> dimensions, const value_type& type);
  text_array_writer(const text_array_writer&) = delete;
  text_array_writer& operator=(const text_array_writer&) = delete;

  [[nodiscard]] const literal_rules& rules() const noexcept { return rules_; }
  void before_element();
  void after_element();

 private:
  protocol::buffer& out_;
  std::span<const array_dimension> dimensions_;
  std::array<std::int32_t, max_array_dimensions> done_{};  ///< elements and rows that were written
  char special_[3] = {'{', '}', ','};
  literal_rules rules_;
  bool braces_;
};

/// Writes an array of known shape. `each(f)`: calls f with every leaf.
template <class Leaf, class Each>
errc append_array(protocol::buffer& out, const array_shape& shape, const value_type& to, Each each) {
  const element_writer<Leaf> elements = write_elements_of<Leaf>(to);
  const std::span<const array_dimension> dimensions =
      shape.elements() == 0 ? std::span<const array_dimension>() : shape.dimensions();
  if (elements.to.format == protocol::format::binary) {
    // The element's own type: that of a domain is not its base's.
    const std::size_t flag = append_array_header(out, dimensions, element_type(to.type, to.registry));
    return append_binary_elements<Leaf>(out, elements, flag, shape.elements(), each);
  }
  text_array_writer text(out, dimensions, to);
  return each([&](const Leaf& value) {
    text.before_element();
    const errc failure = append_text_element(out, value, elements, text.rules());
    text.after_element();
    return failure;
  });
}

template <class T>
errc write_nested(const T& value, protocol::buffer& out, const value_type& to) {
  array_shape shape;
  if (const errc e = measure(value, shape); e != errc{}) return e;
  return append_array<array_leaf_t<T>>(out, shape, to, [&](auto f) { return for_each_leaf(value, f); });
}

/// The type that a parameter is declared as, where the elements have one that is built in.
template <class Leaf>
inline constexpr oid declared_array_oid = made_of(builtin_arrays, declared_oid<not_null_t<Leaf>>);

/// What all codecs of arrays have.
template <class Leaf>
struct array_codec {
  static constexpr oid declared_oid = declared_array_oid<Leaf>;
  static constexpr protocol::format preferred_format = detail::preferred_format<not_null_t<Leaf>>;
  static constexpr bool binary_where_known = true;
  static constexpr bool is_view = detail::is_view<not_null_t<Leaf>>;
};

}  // namespace pgcoro::detail
