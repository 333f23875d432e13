#!/usr/bin/env bash
# All C++ and C files are as clang-format lays them out (--fix makes them so), and shellcheck has nothing against the scripts.
#
#   scripts/check-format.sh [--fix]
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
git ls-files -z '*.cpp' '*.hpp' '*.c' '*.h' | xargs -0 -r clang-format-19 "${mode[@]}"
git ls-files -z 'scripts/*.sh' .ci/run | xargs -0 -r shellcheck --external-sources --source-path=SCRIPTDIR --severity=warning
