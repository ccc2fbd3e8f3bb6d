#!/usr/bin/env bash
# Makes the pictures of docs/ again: for docs/methods.md every method on one decision of the embedded Pong agent and all
# methods on three; for the README its clip; for the newcomers' pages what their commands draw.
# Takes the program's path, default build/release/arcadecam; about two minutes. The frame of a video needs ffmpeg.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-build/release/arcadecam}
step=57
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" play pong --steps 120 --policy greedy --full-speed --out "$work/run"
"$program" explain pong --trace "$work/run/trace.jsonl.gz" --only-steps "$step" --methods all --still-every 1 \
    --still-height 210 --no-still-caption --no-video --no-gif --out "$work/stills"
mkdir -p docs/images/methods
rm -f docs/images/methods/*.png
for file in "$work"/stills/stills/e0000_s0000"$step"_*.png; do
  name=${file##*_}
  case $name in observation.png) continue ;; esac
  cp "$file" "docs/images/methods/$name"
done
"$program" compare pong --trace "$work/run/trace.jsonl.gz" --methods all --states 3 --video-steps 0 --no-layers \
    --enlarge 0.7 --out "$work/compare"
cp "$work/compare/compare.png" docs/images/methods.png

# The README's clip, and one frame of its video.
"$program" explain pong --methods fullgrad++:place=aligned --steps 160 --gif-steps 150 --still-every 1000 --no-maps --out "$work/readme"
cp "$work/readme/clip.gif" docs/images/pong-fullgrad++.gif
if command -v ffmpeg > /dev/null; then
  ffmpeg -v error -y -i "$work/readme/video.mp4" -vf 'select=eq(n\,120)' -frames:v 1 docs/images/pong-fullgrad++.png
else
  echo "pictures: ffmpeg is missing: docs/images/pong-fullgrad++.png stays as it is" >&2
fi

# What commands of docs/index.md, paper.md, class.md and stable-baselines3.md draw, smaller.
draw() { # NAME ARGUMENTS…: a comparison as docs/images/NAME.png
  local name=$1
  shift
  "$program" compare "$@" --states 3 --video-steps 0 --no-layers --enlarge 0.7 --out "$work/$name"
  cp "$work/$name/compare.png" "docs/images/$name.png"
}
draw start-compare pong --methods fullgrad++,layer-contributions,sobel,frame-difference --steps 120
draw class-compare pong --methods fullgrad++,gradcam,saliency,sobel,frame-difference,random --steps 120
draw class-random pong --methods fullgrad++,gradcam,saliency --randomize-weights 1 --trace "$work/class-compare/trace.jsonl.gz"
draw class-objects pong --methods object-saliency,layer-contributions --objects --steps 120
draw sb3-untrained tests/golden/agents/sb3_ppo.zip --game pong --methods gradcam,layer-contributions --steps 60
"$program" play pong --policy greedy --seed 7 --steps 300 --full-speed --out "$work/paper"
"$program" figure pong --trace "$work/paper/trace.jsonl.gz" --steps-at 60,200 --methods layer-contributions,gradcam,sobel \
    --target margin --formats png --enlarge 0.7 --out "$work/figure"
cp "$work/figure/figure.png" docs/images/paper-figure.png
"$program" factors pong --steps 200 --states 4 --factors 4 --enlarge 0.7 --out "$work/factors"
cp "$work/factors/factors.png" docs/images/factors.png
du -ch docs/images/methods docs/images/*.png docs/images/*.gif | tail -1
