#!/usr/bin/env bash
# The long versions of tests, after ./scripts/test.sh: removals of objects in every mode and difficulty that ALE lists, twenty
# clients of the live viewer for ten minutes, agents in threads of their own under a race detector, a sweep that is killed two
# hundred times and one of 25,500 units, and the Python package from a build of its own to a wheel that is used in an empty
# environment, a million times.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h | --help) echo "usage: scripts/soak.sh   about half an hour; needs build/release (./scripts/test.sh --quick)"; exit 0 ;;
esac
ARCADECAM_SOAK=1 build/release/test_game --gtest_brief=1 --gtest_filter='Games/Removals.*'
python3 tests/serve/soak.py build/release/arcadecam
./scripts/thread_test.sh
python3 tests/sweep/soak.py build/release/arcadecam
python3 bench/sweep/bookkeeping.py build/release/arcadecam
./scripts/wheel.sh
build/wheel-test/bin/python bench/python/loop.py
