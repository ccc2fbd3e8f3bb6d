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
# shellcheck source=scripts/lib/early_build.sh
source scripts/lib/early_build.sh

build_library_while_setting_up --program
echo "demo: building the program (build/release/arcadecam)"
cmake --preset release -DARCADECAM_PLAY=ON -DARCADECAM_TESTS=OFF -DARCADECAM_BENCH=OFF >/dev/null
cmake --build --preset release --parallel "$(nproc)" --target arcadecam
echo "demo: the embedded agent 'pong' plays 200 decisions, each explained by FullGrad++"
build/release/arcadecam explain pong --methods fullgrad++ --steps 200 --out "$out" --overwrite

echo "demo: made in $out:"
find "$out" -maxdepth 1 -type f -printf '%f\t%s bytes\n' | sort | head -n 20
folders=$(find "$out" -mindepth 1 -maxdepth 1 -type d -printf '%f ' | sort)
[ -z "$folders" ] || echo "and the folders: $folders"
