#!/usr/bin/env bash
# Installs what the build needs: Debian packages (where missing) and the Arcade Learning Environment.
# Run it as often as you like: when everything is there it needs neither network nor root.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/setup.sh [--library | --program] [--dev] [--no-packages]
  --library      only what the library arcadecam::explain, the rooms without a game and the Python package need: no ALE, no videos, no tests
  --program      only what the program needs: nothing for tests, benchmarks and the Python package
  --dev          also the tools for developers: clang (fuzzers), clang-format, clang-tidy, Chromium (tests of the viewer's page), oneDNN (the engine
                 that ours is compared with)
  --no-packages  do not look for missing packages (systems without apt-get)
environment:
  ARCADECAM_CACHE  where the Arcade Learning Environment is kept (default: .cache in the checkout)
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/packages.sh
source "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/ale.sh
source "$root/scripts/lib/ale.sh"

dev=no
library=no
program=no
packages=yes
for argument in "$@"; do
  case $argument in
    --library) library=yes ;;
    --program) program=yes ;;
    --dev) dev=yes ;;
    --no-packages) packages=no ;;
    -h | --help) usage; exit 0 ;;
    *) echo "setup: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
  esac
done

if [ "$library" = yes ]; then
  [ "$packages" = no ] || install_packages "$packages_library $packages_python"
  exit 0
fi
[ "$packages" = no ] || install_packages "$packages_library $packages_ale"
# ALE needs no more than that: it is fetched and built while the other packages come.
install_ale "$root" "${ARCADECAM_CACHE:-$root/.cache}" &
ale=$!
trap wait EXIT # whatever fails, nothing goes on behind the caller's back
if [ "$packages" = yes ]; then
  wanted=$packages_program
  [ "$program" = yes ] || wanted+=" $packages_tests $packages_python"
  [ "$dev" = no ] || wanted+=" $(developers_packages)"
  install_packages "$wanted"
fi
wait "$ale"
