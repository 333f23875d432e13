#!/usr/bin/env bash
# A user's project (tests/consumer) builds and runs in each of the ways a library is taken in.
#
#   scripts/check-consumer.sh BUILD_FOLDER DSN      BUILD_FOLDER: a finished build of pgcoro, to be installed
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

build=$1 dsn=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say "find_package, an installed static library"
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S tests/consumer -B "$work/installed" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/installed"
"$work/installed/consumer" "$dsn"

say "pkg-config"
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name pgcoro.pc)")
export PKG_CONFIG_PATH
read -ra flags <<<"$(pkg-config --cflags --libs pgcoro)"
g++ -std=c++20 tests/consumer/main.cpp "${flags[@]}" -o "$work/by-pkg-config"
"$work/by-pkg-config" "$dsn"

say "add_subdirectory, a shared library"
cmake -S tests/consumer -B "$work/embedded" -G Ninja -DPGCORO_SOURCE_DIR="$PWD" -DBUILD_SHARED_LIBS=ON \
  -DPGCORO_UNITY_BUILD=ON >/dev/null
cmake --build "$work/embedded"
"$work/embedded/consumer" "$dsn"
