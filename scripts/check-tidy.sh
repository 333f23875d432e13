#!/usr/bin/env bash
# clang-tidy over the library's sources, with the checks chosen in .clang-tidy.
#
#   scripts/check-tidy.sh [--seconds N] [LAYER…]       folders of src/; all where none is named
#
# With --seconds layers that were changed last come first, and none is begun after that time.
#
# Most of its time goes into the headers of Boost. So all sources of a layer are checked as one that includes them, where
# that compiles; where names of theirs collide, each alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c++20 -I$PWD/include -I$PWD/src"

export until=0
if [ "${1:-}" = --seconds ]; then until=$(($(date +%s) + $2)); shift 2; fi
layers=("$@")
if [ ${#layers[@]} = 0 ]; then
  mapfile -t layers < <(find src -mindepth 2 -name '*.cpp' -printf '%h\n' | sort -u | latest_first | sed 's|^src/||')
fi

# A name, and the source to look at. What is left for want of time is noted.
check() {
  if out_of_time; then echo "$1" >>"$work/skipped"; return; fi
  # shellcheck disable=SC2086
  clang-tidy-19 --quiet --config-file="$PWD/.clang-tidy" "$2" -- $flags
}

# All sources of a layer as one, where that compiles: their headers are then gone through once. Else each alone.
check_layer() {
  local layer=$1 together=$work/$1.cpp status=0 file
  if out_of_time; then echo "$layer" >>"$work/skipped"; return; fi
  {
    echo '// NOLINTBEGIN(bugprone-suspicious-include)'
    printf '#include "%s"\n' "$PWD/src/$layer"/*.cpp
    echo '// NOLINTEND(bugprone-suspicious-include)'
  } >"$together"
  if clang++-19 $flags -fsyntax-only -w "$together" 2>/dev/null; then check "$layer" "$together"; return; fi
  while read -r file; do check "$file" "$file" || status=1; done < <(printf '%s\n' "src/$layer"/*.cpp | latest_first)
  return "$status"
}
export -f out_of_time check check_layer latest_first
export work flags
touch "$work/skipped"

status=0
printf '%s\n' "${layers[@]}" | xargs -P "$(nproc)" -I{} bash -c 'check_layer {}' >"$work/found" 2>"$work/log" || status=$?

# A header's finding is reported once, not for each source that includes it.
grep -E '(warning|error): ' "$work/found" "$work/log" -h | sort -u || true
[ "$status" = 0 ] || { echo "clang-tidy: see above"; exit 1; }
echo "clang-tidy: nothing found in ${layers[*]}"
[ ! -s "$work/skipped" ] || echo "clang-tidy: left for want of time, changed longer ago: $(tr '\n' ' ' <"$work/skipped")"
