#!/usr/bin/env bash
# Builds the program from nothing without a compiler cache and prints the seconds that its objects took, by room.
# Two commits are compared on one machine, one after the other, with nothing else running.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/compile_time.sh [CMake option…]
  for example: scripts/compile_time.sh -DARCADECAM_PRECOMPILE=OFF
The build is build/compile-time, which is removed first.
TEXT
}

case ${1:-} in
  -h | --help) usage; exit 0 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
rm -rf build/compile-time
cmake --preset release -B build/compile-time -DARCADECAM_TESTS=OFF -DARCADECAM_BENCH=OFF "$@" >/dev/null
CCACHE_DISABLE=1 cmake --build build/compile-time --parallel "$(nproc)" --target arcadecam >/dev/null
# Columns of Ninja's log: start and end in milliseconds, a time stamp, the output, a hash.
awk -F '\t' '$4 ~ /^src\/.*\.(o|gch)$/ {
    split($4, path, "/")
    seconds[path[2]] += ($2 - $1) / 1000
    objects[path[2]]++
    all += ($2 - $1) / 1000
    count++
  }
  END {
    for (room in seconds) printf "%-12s %4d objects %7.1f s\n", room, objects[room], seconds[room]
    printf "%-12s %4d objects %7.1f s\n", "total", count, all
  }' build/compile-time/.ninja_log | sort
