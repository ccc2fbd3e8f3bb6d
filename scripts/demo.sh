#!/usr/bin/env bash
# From a fresh checkout to pictures: sets up, builds, and lets the embedded Pong agent play and explain itself.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/demo.sh [--out DIR]
  --out DIR  where the results go (default: out/demo in the checkout)
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/out/demo
while [ $# -gt 0 ]; do
  case $1 in
    --out)
      [ $# -ge 2 ] || { echo "demo: --out needs a folder" >&2; exit 2; }
      out=$(realpath --canonicalize-missing "$2")
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "demo: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
cd "$root"

# build TARGETS [CMake option…]: configures the release preset and builds these targets.
build() {
  local targets=$1
  shift
  cmake --preset release "$@" >/dev/null
  # shellcheck disable=SC2086  # the list is split into words on purpose
  cmake --build --preset release --parallel "$(nproc)" --target $targets
}

./scripts/setup.sh --library
mkdir -p build
./scripts/setup.sh >build/setup.log 2>&1 &
setup=$!
trap wait EXIT
sleep 1
if kill -0 "$setup" 2>/dev/null; then
  # The lower half of the program needs neither ALE nor most of the packages: it is built while they come.
  echo "demo: installing the other packages and the Arcade Learning Environment (build/setup.log); meanwhile"
  echo "demo: building the library"
  build "arcadecam_explain arcadecam_checkpoint" -DARCADECAM_PLAY=OFF -DARCADECAM_TESTS=OFF -DARCADECAM_BENCH=OFF
fi
wait "$setup" || { cat build/setup.log >&2; exit 1; }
echo "demo: building the program (build/release/arcadecam)"
build arcadecam -DARCADECAM_PLAY=ON -DARCADECAM_TESTS=ON -DARCADECAM_BENCH=ON
echo "demo: the embedded agent 'pong' plays 200 decisions, each explained by FullGrad++"
build/release/arcadecam explain pong --methods fullgrad++ --steps 200 --out "$out" --overwrite

echo "demo: made in $out:"
find "$out" -maxdepth 1 -type f -printf '%f\t%s bytes\n' | sort | head -n 20
folders=$(find "$out" -mindepth 1 -maxdepth 1 -type d -printf '%f ' | sort)
[ -z "$folders" ] || echo "and the folders: $folders"
