#!/usr/bin/env bash
# Times our methods against pytorch-grad-cam and Captum on the same network, states and core, alternating in one run.
# Needs a release build; brings the peers from PyPI into .cache/peers (PyTorch is large), unless ARCADECAM_PEERS names
# a virtual environment that holds them. Two to three minutes; with --all, which
# adds more methods and those that probe, about ten.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
peers=${ARCADECAM_PEERS:-${ARCADECAM_CACHE:-$root/.cache}/peers}
if [ ! -x "$peers/bin/python" ]; then python3 -m venv "$peers"; fi
if [ -z "${ARCADECAM_PEERS:-}" ]; then
  "$peers/bin/python" -m pip install --quiet --requirement "$root/bench/peers/requirements.txt"
fi
exec "$peers/bin/python" "$root/bench/peers/compare.py" --bench "$root/build/release/bench_explain" "$@"
