#!/usr/bin/env bash
# Runs agents in threads of their own under clang's ThreadSanitizer. It builds what this test needs, and no game.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/thread_test.sh
The build is build/thread. The first race ends it. Libraries that are not instrumented hide their locks: what is passed over
for that stands in tests/explain/uninstrumented.txt. Nothing of ours does.
TEXT
}

case ${1:-} in
  "") ;;
  -h | --help) usage; exit 0 ;;
  *) echo "thread_test: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/lib/clang.sh
source scripts/lib/clang.sh
clang=$(find_clang)
cmake -S . -B build/thread -G Ninja -DCMAKE_C_COMPILER="${clang/++/}" -DCMAKE_CXX_COMPILER="$clang" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1 -DNDEBUG" -DARCADECAM_THREAD_SANITIZE=ON -DARCADECAM_PLAY=OFF >/dev/null
cmake --build build/thread --parallel "$(nproc)" --target test_threads
TSAN_OPTIONS="halt_on_error=1:suppressions=$root/tests/explain/uninstrumented.txt" build/thread/test_threads --gtest_brief=1
