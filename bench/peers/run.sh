#!/usr/bin/env bash
# Times our methods against pytorch-grad-cam on the same network, states and core, alternating in one run.
# Needs a release build; brings the peers from PyPI into .cache/peers (PyTorch is large).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
peers=${ARCADECAM_CACHE:-$root/.cache}/peers
if [ ! -x "$peers/bin/python" ]; then python3 -m venv "$peers"; fi
"$peers/bin/python" -m pip install --quiet --requirement "$root/bench/peers/requirements.txt"
exec "$peers/bin/python" "$root/bench/peers/compare.py" --bench "$root/build/release/bench_explain" "$@"
