#!/usr/bin/env python3
"""Writes the three tables of SQLSTATEs from PostgreSQL's own list.

    scripts/sqlstates.py <sharedir of a PostgreSQL installation>/errcodes.txt

Run it for a new major version, then clang-format; the result is committed, so that a build needs neither Python nor a
server. It replaces what stands between the lines `// begin sqlstates.py` and `// end sqlstates.py` in:
  include/pgcoro/sqlstate.hpp     the enumerators
  include/pgcoro/exceptions.hpp   the names of the exception types
  src/error/sqlstate_table.hpp    code -> name, sorted by code
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Conditions that share their documented name with another: the rarer one takes its class as a prefix.
RENAMED = {
    "01004": "warning_string_data_right_truncation",
    "38002": "external_routine_modifying_sql_data_not_permitted",
    "38003": "external_routine_prohibited_sql_statement_attempted",
    "38004": "external_routine_reading_sql_data_not_permitted",
    "39004": "external_routine_null_value_not_allowed",
}
# Codes that older servers still send.
RETIRED = [("72000", "snapshot_too_old", "Snapshot Failure")]
# Classes without a condition "xx000" to name them.
CLASS_NAMES = {"10": "xquery_error"}


def read(path):
    """Yields the classes in order: (two characters, title, [(code, name)])."""
    classes, seen = {}, set()
    for line in path.read_text().splitlines():
        if section := re.match(r"Section: Class (\w\w) - (.*?)( \(.*)?$", line):
            classes[section[1]] = (section[2], [])
        elif (fields := line.split()) and not line.startswith("#") and len(fields) == 4 and fields[0] not in seen:
            seen.add(fields[0])
            classes[fields[0][:2]][1].append((fields[0], RENAMED.get(fields[0], fields[3])))
    for code, name, title in RETIRED:
        if code not in seen:
            classes.setdefault(code[:2], (title, []))[1].append((code, name))
    return [(key, title, sorted(codes)) for key, (title, codes) in sorted(classes.items())]


def class_name(key, codes):
    return CLASS_NAMES.get(key) or next(name for code, name in codes if code == key + "000")


def replace(path, blocks):
    text = (ROOT / path).read_text()
    for tag, lines in blocks.items():
        pattern = rf"(// begin sqlstates\.py: {tag}\n).*?( *// end sqlstates\.py)"
        text, count = re.subn(pattern, lambda m: m[1] + "".join(l + "\n" for l in lines) + m[2], text, flags=re.S)
        assert count == 1, (path, tag)
    (ROOT / path).write_text(text)


def main():
    classes = read(pathlib.Path(sys.argv[1]))
    conditions, class_codes, class_types, types, names = [], [], [], [], []
    for key, title, codes in classes:
        name = class_name(key, codes)
        conditions += ["", f"  // {key}: {title.lower()}"]
        conditions += [f'  {n} = detail::pack_sqlstate("{code}"),' for code, n in codes]
        class_codes.append(f'  {name} = detail::pack_sqlstate("{key}"),')
        names += [f'    {{"{code}", "{n}"}},' for code, n in codes]
        if key == "00":
            continue
        class_types.append(f"using {name} = sqlstate_class_error<sqlstate_class::{name}>;")
        members = [n for code, n in codes if code != key + "000"]
        if members:
            types += ["", f"// {key}: {title.lower()}"]
            types += [f"using {n} = sqlstate_error<sqlstate::{n}>;" for n in members]
    replace("include/pgcoro/sqlstate.hpp", {"conditions": conditions[1:], "classes": class_codes})
    replace("include/pgcoro/exceptions.hpp", {"classes": class_types, "conditions": types[1:]})
    replace("src/error/sqlstate_table.hpp", {"names": names})


if __name__ == "__main__":
    main()
