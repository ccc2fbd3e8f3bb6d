#!/usr/bin/env bash
# Builds the program from nothing without a compiler cache and prints the processor seconds that its objects took, by room.
# Two commits are compared on one machine. Processor time depends little on what else runs there, unlike the time of a clock.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/compile_time.sh [--source DIR] [CMake option…]
  --source DIR  another checkout, for example of an earlier commit (default: this one); ARCADECAM_CACHE names the folder of ALE
  for example: scripts/compile_time.sh -DARCADECAM_PRECOMPILE=OFF
The build is DIR/build/compile-time, which is removed first. Its file times.tsv keeps the seconds of each object.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source=$root
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  --source)
    [ $# -ge 2 ] || { echo "compile_time: --source needs a folder" >&2; exit 2; }
    source=$(cd "$2" && pwd)
    shift 2
    ;;
esac
cd "$source"
rm -rf build/compile-time
cmake --preset release -B build/compile-time -DARCADECAM_TESTS=OFF -DARCADECAM_BENCH=OFF \
  "-DCMAKE_CXX_COMPILER_LAUNCHER=$root/scripts/lib/processor_time.sh" "$@" >/dev/null
PROCESSOR_TIMES=$source/build/compile-time/times.tsv cmake --build build/compile-time --parallel "$(nproc)" --target arcadecam >/dev/null
# Columns: seconds in user and in system mode, what was made.
awk -F '\t' '$3 ~ /^src\/.*\.(o|gch)$/ {
    split($3, path, "/")
    seconds[path[2]] += $1 + $2
    objects[path[2]]++
    all += $1 + $2
    count++
  }
  END {
    for (room in seconds) printf "%-12s %4d objects %7.1f s\n", room, objects[room], seconds[room]
    printf "%-12s %4d objects %7.1f s\n", "total", count, all
  }' build/compile-time/times.tsv | sort
