#!/usr/bin/env bash
# clang-tidy over the library's sources, with the checks chosen in .clang-tidy.
#
#   scripts/check-tidy.sh BUILD_FOLDER [FILE_REGEX]      a folder with compile_commands.json, configured for clang
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build=${1:?build folder} files=${2:-$PWD/src/.*}
found=$(mktemp)
trap 'rm -f "$found"' EXIT
status=0
run-clang-tidy-19 -quiet -p "$build" -j "$(nproc)" "$files" >"$found" 2>&1 || status=$?

# A header's finding is reported once, not for each source that includes it.
grep -E '(warning|error): ' "$found" | sort -u || true
[ "$status" = 0 ] || { echo "clang-tidy: see above"; exit 1; }
echo "clang-tidy: nothing found in $(grep -c '^\[' "$found" || true) files"
