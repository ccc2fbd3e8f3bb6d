#!/usr/bin/env bash
# Builds the fuzzers of the checkpoint readers (clang, libFuzzer, sanitizers) and runs each for a while.
set -euo pipefail

usage() {
  echo "usage: scripts/fuzz.sh [SECONDS]   how long each fuzzer runs (default 60)"
}

case ${1:-60} in
  -h | --help) usage; exit 0 ;;
  *[!0-9]* | '') usage >&2; exit 2 ;;
esac
seconds=${1:-60}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/asan
cd "$root"
# shellcheck source=scripts/lib/clang.sh
source scripts/lib/clang.sh
configure_sanitizers
names=$(cd fuzz/targets && for file in *.cpp; do echo "${file%.cpp}"; done)
# shellcheck disable=SC2046,SC2086
cmake --build "$build" --target fuzz_make_corpus $(printf 'fuzz_%s ' $names)

"$build/fuzz_make_corpus" tests/golden/checkpoints tests/golden/agents "$build/corpus"
mkdir -p "$build/findings"
# fuzz NAME: its log is build/asan/findings/NAME.log; what it says in the end comes out in one piece.
fuzz() {
  local name=$1 log=$build/findings/$1.log
  # What the fuzzer finds interesting goes to a folder of its own; the corpus stays as it was made.
  mkdir -p "$build/found/$name" "$build/corpus/$name"
  if "$build/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
    -malloc_limit_mb=512 -print_final_stats=1 -artifact_prefix="$build/findings/$name-" \
    "$build/found/$name" "$build/corpus/$name" 2>"$log"; then
    printf '%s\n' "== $name: $seconds s
$(grep -E 'DONE|stat::' "$log")"
  else
    printf '%s\n' "== $name: failed
$(tail -40 "$log")"
    return 1
  fi
}
export -f fuzz
export build seconds
# A fuzzer keeps one processor busy: as many at a time as there are. One that fails lets the others finish.
# shellcheck disable=SC2016,SC2086
printf '%s\n' $names | xargs --max-args 1 --max-procs "$(nproc)" bash -c 'fuzz "$1"' fuzz || {
  echo "fuzz: a fuzzer failed; its input is in $build/findings" >&2
  exit 1
}
