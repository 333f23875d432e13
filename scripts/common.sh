# shellcheck shell=bash
# Shared by the scripts; sourced. Leaves the shell in the repository's top folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

# Compiler launcher and settings under which every check-out and every build folder shares the same objects.
if command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime  # for precompiled headers
fi

# with_server NAME [VERSION]: starts a throw-away server, exports its PGCORO_TEST_* variables, stops it when the script
# ends. May be called several times; the last server's variables hold.
servers=()
stop_servers() { for server in "${servers[@]}"; do scripts/postgres.sh stop --name "$server"; done; servers=(); }
with_server() {
  servers+=("$1")
  trap stop_servers EXIT
  trap 'exit 130' INT TERM
  scripts/postgres.sh start ${2:+"$2"} --name "$1"
  eval "$(scripts/postgres.sh env --name "$1")"
}

# For checks with a time limit: `until` is when they begin nothing more, in seconds since the epoch; 0: never.
out_of_time() { [ "${until:-0}" != 0 ] && [ "$(date +%s)" -ge "$until" ]; }

# Sorts paths, one a line, so that those come first which were changed last.
latest_first() {
  local path
  while read -r path; do
    echo "$(git log -1 --format=%ct -- "$path") $path"
  done | sort -k1,1nr -k2 | cut -d' ' -f2-
}
