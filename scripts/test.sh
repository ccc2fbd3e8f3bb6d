#!/usr/bin/env bash
# Sets up, builds and runs every test: formatting, the release build's tests, the Python package's, the viewer's page's, the
# first under AddressSanitizer and UndefinedBehaviorSanitizer, and a short run of every fuzzer.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/test.sh [--quick]
  --quick  without the sanitizer build and the fuzzers
The builds are build/release and build/asan; the logs of the test runs lie beside them (build/test-PRESET.log).
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
presets=(release asan)
fuzz_seconds=10
for argument in "$@"; do
  case $argument in
    --quick) presets=(release); fuzz_seconds=0 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "test: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done
cd "$root"
# shellcheck source=scripts/lib/early_build.sh
source scripts/lib/early_build.sh

# shellcheck source=scripts/lib/clang.sh
source scripts/lib/clang.sh

# run_preset PRESET: configures, builds, tests; the run's output is kept in build/test-PRESET.log.
run_preset() {
  local preset=$1
  echo "test: building preset $preset"
  if [ "$preset" = asan ]; then
    # The tests themselves come from the release build: what they test is instrumented.
    configure_sanitizers -DARCADECAM_TEST_OBJECTS="$root/build/release"
  else
    cmake --preset "$preset" -DARCADECAM_PLAY=ON -DARCADECAM_TESTS=ON >/dev/null
  fi
  cmake --build --preset "$preset" --parallel "$(nproc)"
  echo "test: running preset $preset"
  ctest --preset "$preset" --parallel "$(nproc)" | tee "build/test-$preset.log"
}

# test_python: the Python package is compared with the program. Of the viewer's page only what needs no program is tested: the
# rest measures frames per second, which other work on the machine would spoil.
test_python() {
  ./scripts/page_test.sh --files && ./scripts/python_test.sh
}

build_library_while_setting_up --dev
./scripts/lint.sh --format
# Everything that is not ours (ALE, OpenCV, oneDNN) runs uninstrumented beside instrumented code; containers
# that cross that border must not be taken for overflows. Clang 14's search for leaks now and then crashes while it follows
# thread-local variables of shared libraries: it does without them.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_container_overflow=0:strict_string_checks=1:detect_stack_use_after_return=1:intercept_tls_get_addr=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
for preset in "${presets[@]}"; do
  run_preset "$preset"
  if [ "$preset" = release ]; then
    # Both mostly keep one processor busy, or wait for the network: they run beside the sanitizers' build.
    echo "test: the Python package's and the page's tests run meanwhile (build/test-python.log)"
    test_python >build/test-python.log 2>&1 &
    python=$!
    trap wait EXIT # whatever fails, nothing goes on behind the caller's back
  fi
done
wait "$python" || { cat build/test-python.log >&2; exit 1; }
trap - EXIT
tail -n 1 build/test-python.log
[ "$fuzz_seconds" -eq 0 ] || ./scripts/fuzz.sh "$fuzz_seconds"

# The runners' own closing lines once more, the release run's last.
for ((i = ${#presets[@]} - 1; i >= 0; i--)); do
  echo "test: preset ${presets[i]}"
  grep 'tests passed' "build/test-${presets[i]}.log"
done
