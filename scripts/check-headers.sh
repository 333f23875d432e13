#!/usr/bin/env bash
# Every public header compiles alone and without a warning, reaches neither <boost/asio.hpp> nor <boost/asio/ssl.hpp>, and
# defines no macro but PGCORO_…
#
#   scripts/check-headers.sh [--seconds N] [COMPILER…]      default: g++ clang++-19
#
# With --seconds those that were changed last come first, and none is begun after that time.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

export until=0
if [ "${1:-}" = --seconds ]; then until=$(($(date +%s) + $2)); shift 2; fi
[ $# -gt 0 ] || set -- g++ clang++-19
mapfile -t headers < <(find include -name '*.hpp' | latest_first)

check_header() {
  local header=$1 work; shift
  if out_of_time; then echo "$header" >>"$skipped"; return; fi
  work=$(mktemp -d)
  printf '#include <%s>\n' "${header#include/}" >"$work/alone.cpp"
  local status=0 compiler
  for compiler in "$@"; do
    "$compiler" -std=c++20 -fsyntax-only -Iinclude -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
      "$work/alone.cpp" || { echo "$header does not compile alone with $compiler"; status=1; }
  done
  "$1" -std=c++20 -Iinclude -M "$work/alone.cpp" >"$work/reached" 2>/dev/null || true
  if grep -oE '[^ ]*/boost/asio(/ssl)?\.hpp' "$work/reached"; then echo "$header reaches a header that includes all"; status=1; fi
  rm -rf "$work"
  return "$status"
}
export -f out_of_time check_header
skipped=$(mktemp)
export skipped
trap 'rm -f "$skipped"' EXIT
printf '%s\n' "${headers[@]}" | xargs -P "$(nproc)" -I{} bash -c 'check_header "$@"' _ {} "$@"

if grep -rnP '^\s*#\s*define\s+(?!PGCORO_)' include; then
  echo "a public header defines a macro that does not begin with PGCORO_" >&2
  exit 1
fi
left=$(wc -l <"$skipped")
echo "headers: $((${#headers[@]} - left)) public headers compile alone with $*"
[ "$left" = 0 ] || echo "headers: $left, changed longer ago, were left for want of time"
