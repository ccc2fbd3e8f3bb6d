#!/usr/bin/env bash
# Makes the pictures of docs/gallery.md again, a clip and a comparison per game, by the commands that the page names, and
# the picture of docs/study.md.
# Takes the program's path, default build/release/arcadecam; about a minute.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:-build/release/arcadecam}
methods=fullgrad,fullgrad++,layer-contributions,lrp
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p docs/images/gallery
for game in breakout pong enduro air_raid video_pinball; do
  "$program" explain $game --methods $methods --steps 240 --gif-steps 80 --no-video --no-maps --out "$work/$game"
  cp "$work/$game/clip.gif" docs/images/gallery/$game.gif
  "$program" compare $game --trace "$work/$game/trace.jsonl.gz" --methods $methods --states 3 --video-steps 0 --no-layers \
      --enlarge 0.7 --out "$work/$game-stills"
  cp "$work/$game-stills/compare.png" docs/images/gallery/$game.png
done
"$program" compare breakout --methods layer-contributions,layer-contributions:layers=0:at=post:reference=zero/median/stack \
    --target advantage --steps 120 --states 3 --video-steps 0 --no-layers --enlarge 0.7 --out "$work/reference"
cp "$work/reference/compare.png" docs/images/gallery/breakout-reference.png
du -ch docs/images/gallery/* | tail -1
