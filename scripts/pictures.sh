#!/usr/bin/env bash
# Makes the pictures of docs/methods.md anew: every method on one decision of the embedded Pong agent, and all
# methods on three. Takes the program's path, default build/release/arcadecam; about three minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-build/release/arcadecam}
step=57
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" play pong --steps 120 --policy greedy --full-speed --out "$work/run"
# One step explained for all methods would do, but a run is explained from its start.
"$program" explain pong --trace "$work/run/trace.jsonl.gz" --steps $((step + 1)) --methods all --still-every "$step" \
    --still-height 210 --no-video --no-gif --out "$work/stills"
mkdir -p docs/images/methods
rm -f docs/images/methods/*.png
for file in "$work"/stills/stills/e0000_s0000"$step"_*.png; do
  name=${file##*_}
  case $name in observation.png) continue ;; esac
  cp "$file" "docs/images/methods/$name"
done
"$program" compare pong --trace "$work/run/trace.jsonl.gz" --methods all --states 3 --video-steps 0 --no-layers \
    --out "$work/compare"
cp "$work/compare/compare.png" docs/images/methods.png
du -ch docs/images/methods docs/images/methods.png | tail -1
