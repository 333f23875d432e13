#!/usr/bin/env bash
# clang-tidy over the library's sources, with the checks chosen in .clang-tidy.
#
#   scripts/check-tidy.sh BUILD_FOLDER [FILE_REGEX]      a folder with compile_commands.json, configured for clang
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build=${1:?build folder} files=${2:-$PWD/src/.*}
run-clang-tidy-19 -quiet -p "$build" -j "$(nproc)" "$files" 2>/dev/null | grep -v -e '^\[' -e '^clang-tidy' -e '^$' -e 'warnings generated' &&
  exit 1
echo "clang-tidy: nothing found"
