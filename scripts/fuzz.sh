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
build=$root/build/fuzz

clang=$(compgen -c clang++ | grep -E '^clang\+\+(-[0-9]+)?$' | sort --version-sort | head -1 || true)
if [ -z "$clang" ]; then
  echo "fuzz: clang was not found; scripts/setup.sh --dev installs it with the rest of the tools." >&2
  exit 1
fi
(cd "$root" && cmake --preset fuzz -DCMAKE_C_COMPILER="${clang/++/}" -DCMAKE_CXX_COMPILER="$clang")
names=$(cd "$root/fuzz/targets" && for file in *.cpp; do echo "${file%.cpp}"; done)
# shellcheck disable=SC2046,SC2086
cmake --build "$build" --target fuzz_make_corpus $(printf 'fuzz_%s ' $names)

"$build/fuzz_make_corpus" "$root/tests/golden/checkpoints" "$root/tests/golden/agents" "$build/corpus"
mkdir -p "$build/findings"
for name in $names; do
  # What the fuzzer finds interesting goes to a folder of its own; the corpus stays as it was made.
  mkdir -p "$build/found/$name" "$build/corpus/$name"
  echo "== $name: $seconds s"
  "$build/fuzz_$name" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 \
    -malloc_limit_mb=512 -print_final_stats=1 -artifact_prefix="$build/findings/$name-" \
    "$build/found/$name" "$build/corpus/$name" 2>"$build/findings/$name.log" ||
    { tail -40 "$build/findings/$name.log"; exit 1; }
  grep -E 'DONE|stat::' "$build/findings/$name.log"
done
