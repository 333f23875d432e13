#!/usr/bin/env bash
# Dependencies point downward: a folder of src/ includes only itself and the folders above it in the table of
# docs/architecture.md, and the sans-IO folders reach no Asio header, not even through another header. (src/error knows the
# codes of <boost/asio/error.hpp>, and may.)
#
#   scripts/check-layers.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mapfile -t layers < <(sed -n 's/^| `src\/\([a-z_]*\)` .*/\1/p' docs/architecture.md)
sans_io=(protocol auth types sql options session)
# What is free of Asio in a folder that is not.
sans_io_files=(src/replication/{pgoutput_decoder,pgoutput_messages,pgoutput_tuple,relation,tuple}.cpp
  src/replication/{transaction_assembler,progress,commands,guc_time}.cpp)
bad=0
complain() { echo "$*"; bad=1; }

position() { local i; for i in "${!layers[@]}"; do [ "${layers[i]}" != "$1" ] || { echo "$i"; return; }; done; }

for folder in src/*/; do
  layer=$(basename "$folder")
  [ -n "$(find "$folder" -name '*.[ch]pp' -print -quit)" ] || continue
  own=$(position "$layer")
  [ -n "$own" ] || { complain "src/$layer is not in the table of docs/architecture.md"; continue; }
  while IFS=: read -r file line included; do
    used=$(position "$included")
    [ -n "$used" ] || continue   # not a layer's header
    [ "$used" -le "$own" ] || complain "$file:$line: src/$layer includes src/$included, which stands below it in the table"
  done < <(grep -rnoP '^#\s*include\s*[<"]\K[a-z_]+(?=/)' "$folder")
done

# Every header a sans-IO source reaches, as the compiler sees it.
reached() {
  g++ -std=c++20 -Iinclude -Isrc -M -MG "$1" | tr -s ' \\' '\n' | grep -m1 '/boost/asio' |
    sed "s|^|$1: sans-IO, yet it reaches |"
}
export -f reached
found=$({ for layer in "${sans_io[@]}"; do find "src/$layer" -name '*.cpp' 2>/dev/null; done; ls "${sans_io_files[@]}"; } |
  xargs -r -P "$(nproc)" -I{} bash -c 'reached {}' || true)
[ -z "$found" ] || complain "$found"

[ "$bad" = 0 ] && echo "layers: ${layers[*]}: all includes point downward; no Asio in ${sans_io[*]}"
exit "$bad"
