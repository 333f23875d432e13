#!/usr/bin/env python3
"""Writes src/auth/saslprep_tables.cpp and the fixture of its tests. Run from the project's root; needs only Python.

Character sets come from the tables of RFC 3454 (module stringprep, Unicode 3.2). Decompositions and combining classes
come from Python's Unicode, restricted to what Unicode 3.2 had assigned: everything else is prohibited. Within that
restriction Unicode's stability policy lets no later version differ, so that any Python writes the same file.
"""
import hashlib
import random
import stringprep
import unicodedata

UNICODE_3_2 = unicodedata.ucd_3_2_0
ALL = [chr(c) for c in range(0x110000)]
HANGUL = range(0xAC00, 0xD7A4)


def is_space(c):
    return stringprep.in_table_c12(c)


def is_nothing(c):
    return stringprep.in_table_b1(c) and not is_space(c)


def is_prohibited(c):
    s = stringprep
    return (s.in_table_a1(c) or s.in_table_c21_c22(c) or s.in_table_c3(c) or s.in_table_c4(c) or s.in_table_c5(c)
            or s.in_table_c6(c) or s.in_table_c7(c) or s.in_table_c8(c) or s.in_table_c9(c))


def ranges(value_of):
    """Maximal runs of code points for which value_of is the same and true."""
    runs = []
    for c in ALL:
        value, code = value_of(c), ord(c)
        if value and runs and runs[-1][1] == code - 1 and runs[-1][2] == value:
            runs[-1][1] = code
        elif value:
            runs.append([code, code, value])
    return runs


def assigned(c):
    return not stringprep.in_table_a1(c)


def combining_class(c):
    return unicodedata.combining(c) if assigned(c) else 0


def decompositions():
    for c in ALL:
        if assigned(c) and ord(c) not in HANGUL and not 0xD800 <= ord(c) < 0xE000:
            full = unicodedata.normalize("NFKD", c)
            if full != c:
                yield ord(c), full


def compositions():
    for c in ALL:
        pair = unicodedata.decomposition(c).split()
        if assigned(c) and len(pair) == 2 and not pair[0].startswith("<"):
            first, second = (chr(int(p, 16)) for p in pair)
            if unicodedata.normalize("NFC", first + second) == c:
                yield ord(first), ord(second), ord(c)


def rows(entries):
    """Entries packed into lines of at most 120 columns."""
    line = " "
    for entry in entries:
        if len(line) + len(entry) + 2 > 120:
            yield line + "\n"
            line = " "
        line += " " + entry + ","
    yield line + "\n"


def table(declaration, entries):
    entries = list(entries)
    return f"const {declaration}[] = {{\n" + "".join(rows(entries)) + "};\n"


def view(name, kind):
    return f"const std::span<const {kind}> {name}{{{name}_data}};\n"


def range_table(name, predicate):
    entries = (f"{{0x{a:X}, 0x{b:X}}}" for a, b, _ in ranges(predicate))
    return table(f"code_point_range {name}_data", entries) + view(name, "code_point_range") + "\n"


def write_tables(path):
    pool, index = "", []
    for code, full in decompositions():
        if full not in pool:
            pool += full
        index.append((code, pool.index(full), len(full)))
    with open(path, "w") as out:
        out.write("// Written by scripts/make_saslprep_tables.py; do not edit.\n"
                  '#include "auth/saslprep_tables.hpp"\n\n'
                  "namespace pgcoro::auth {\nnamespace {\n\n"
                  "// clang-format off\n")
        body = range_table("non_ascii_spaces", is_space)
        body += range_table("mapped_to_nothing", is_nothing)
        body += range_table("prohibited", is_prohibited)
        body += range_table("right_to_left", stringprep.in_table_d1)
        body += range_table("left_to_right", stringprep.in_table_d2)
        runs = ranges(combining_class)
        body += table("combining_class_range combining_classes_data", (f"{{0x{a:X}, 0x{b:X}, {k}}}" for a, b, k in runs))
        body += view("combining_classes", "combining_class_range") + "\n"
        body += table("decomposition decompositions_data", (f"{{0x{c:X}, {o}, {n}}}" for c, o, n in index))
        body += view("decompositions", "decomposition") + "\n"
        body += table("char32_t decomposition_text_data", (f"0x{ord(c):X}" for c in pool))
        body += view("decomposition_text", "char32_t") + "\n"
        body += table("composition compositions_data",
                      (f"{{0x{a:X}, 0x{b:X}, 0x{c:X}}}" for a, b, c in sorted(compositions())))
        body += view("compositions", "composition")
        data = [part for part in body.split("const std::span")]
        arrays, spans = data[0], ""
        for part in data[1:]:
            declaration, _, rest = part.partition("\n")
            spans += "const std::span" + declaration + "\n"
            arrays += rest
        out.write(arrays.rstrip("\n") + "\n// clang-format on\n\n}  // namespace\n\n" + spans
                  + "\n}  // namespace pgcoro::auth\n")


def saslprep(text):
    """What PostgreSQL's pg_saslprep makes of it, or None: prohibitions are checked before normalisation."""
    mapped = "".join(" " if is_space(c) else "" if is_nothing(c) else c for c in text)
    if not mapped or any(is_prohibited(c) for c in mapped):
        return None
    if any(stringprep.in_table_d1(c) for c in mapped):
        if any(stringprep.in_table_d2(c) for c in mapped):
            return None
        if not (stringprep.in_table_d1(mapped[0]) and stringprep.in_table_d1(mapped[-1])):
            return None
    return unicodedata.normalize("NFKC", mapped)


def literal(text):
    return '"' + "".join(f"\\x{b:02X}" for b in text.encode("utf-8")) + '"'


def random_texts():
    rng = random.Random(4013)
    usable = [c for c in ALL if assigned(c) and not is_prohibited(c)]
    pools = [
        [c for c in usable if combining_class(c)],
        [c for c in usable if unicodedata.decomposition(c)],
        [chr(c) for c in list(range(0x1100, 0x1113)) + list(range(0x1161, 0x1176)) + list(range(0x11A8, 0x11C3))],
        [chr(c) for c in HANGUL],
        [c for c in usable if is_space(c) or is_nothing(c)],
        [c for c in usable if stringprep.in_table_d1(c)],
        [chr(c) for c in range(0x20, 0x7F)],
        [chr(first) for first, _, _ in compositions()],
        [chr(second) for _, second, _ in compositions()],
        ALL[:0xD800] + ALL[0xE000:],
    ]
    for number in range(240):
        length = rng.randint(1, 12)
        chosen = rng.sample(pools[:9], 3) if number % 6 else [pools[5], pools[5], pools[0]]
        if number % 10 == 9:
            chosen = chosen[:2] + [pools[9]]
        yield "".join(rng.choice(rng.choice(chosen)) for _ in range(length))


def write_fixture(path):
    every = hashlib.sha256()
    for c in ALL:
        if not 0xD800 <= ord(c) < 0xE000:
            prepared = saslprep(c)
            every.update(b"-" if prepared is None else prepared.encode("utf-8"))
            every.update(b"\n")
    with open(path, "w") as out:
        out.write("// Written by scripts/make_saslprep_tables.py with Python's own Unicode; do not edit.\n"
                  "#pragma once\n\n#include <optional>\n#include <string_view>\n\n"
                  "namespace pgcoro::auth::fixture {\n\n"
                  "/// SHA-256 over saslprep(c) + \"\\n\" for every code point c that UTF-8 can spell, \"-\" for none.\n"
                  f'inline constexpr std::string_view every_code_point =\n    "{every.hexdigest()}";\n\n'
                  "struct prepared {\n  std::string_view text;\n  std::optional<std::string_view> expected;\n};\n\n"
                  "// clang-format off\ninline constexpr prepared random_texts[] = {\n")
        for text in random_texts():
            prepared = saslprep(text)
            out.write(f"  {{{literal(text)}, {'std::nullopt' if prepared is None else literal(prepared)}}},\n")
        out.write("};\n// clang-format on\n\n}  // namespace pgcoro::auth::fixture\n")


if __name__ == "__main__":
    write_tables("src/auth/saslprep_tables.cpp")
    write_fixture("tests/unit/auth/saslprep_fixture.hpp")
