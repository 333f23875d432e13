#!/usr/bin/env bash
# clang-tidy over the library's sources, with the checks chosen in .clang-tidy.
#
#   scripts/check-tidy.sh [LAYER…]       folders of src/; all where none is named
#
# Most of its time goes into the headers of Boost. So all sources of a layer are checked as one that includes them, where
# that compiles; where names of theirs collide, each alone.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=(-std=c++20 "-I$PWD/include" "-I$PWD/src")

layers=("$@")
if [ ${#layers[@]} = 0 ]; then
  mapfile -t layers < <(find src -mindepth 2 -name '*.cpp' -printf '%h\n' | sort -u | sed 's|^src/||')
fi

files=()
for layer in "${layers[@]}"; do
  together=$work/$layer.cpp
  {
    echo '// NOLINTBEGIN(bugprone-suspicious-include)'
    printf '#include "%s"\n' "$PWD/src/$layer"/*.cpp
    echo '// NOLINTEND(bugprone-suspicious-include)'
  } >"$together"
  if clang++-19 "${flags[@]}" -fsyntax-only -w "$together" 2>/dev/null; then
    files+=("$together")
  else
    files+=("$PWD/src/$layer"/*.cpp)
  fi
done

status=0
printf '%s\n' "${files[@]}" |
  xargs -P "$(nproc)" -I{} clang-tidy-19 --quiet --config-file="$PWD/.clang-tidy" {} -- "${flags[@]}" \
    >"$work/found" 2>"$work/log" || status=$?

# A header's finding is reported once, not for each source that includes it.
grep -E '(warning|error): ' "$work/found" "$work/log" -h | sort -u || true
[ "$status" = 0 ] || { echo "clang-tidy: see above"; exit 1; }
echo "clang-tidy: nothing found in ${layers[*]}"
