#!/usr/bin/env bash
# Evaluates all kinds of methods on the embedded agents and prints the tables of docs/study.md; --search instead tries
# variants of layer-contributions on the Pong agents alone, as docs/study.md tells.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/study.sh [--search] [--states N] [--jobs N] [--out DIR]
  --search    variants of our own method, on the two agents of Pong alone; the other games are kept to check the choice
  --states N  decisions per agent (default 200)
  --jobs N    threads (default: all processors)
  --out DIR   where results go, and from where a stopped study continues (default: out/study or out/search)
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kind=study states=200 jobs=$(nproc) out=
while [ $# -gt 0 ]; do
  case $1 in
    --search) kind=search ;;
    --states | --jobs | --out)
      [ $# -ge 2 ] || { echo "study: $1 needs a value" >&2; exit 2; }
      case $1 in
        --states) states=$2 ;;
        --jobs) jobs=$2 ;;
        --out) out=$(realpath --canonicalize-missing "$2") ;;
      esac
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "study: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
cd "$root"
program=build/release/arcadecam
[ -x $program ] || { echo "study: build the program first: ./scripts/demo.sh" >&2; exit 1; }

agents=(pong breakout enduro air_raid video_pinball)
methods=fullgrad++,fullgrad++:weights=mean,fullgrad++:weights=equal,fullgrad++:place=aligned,mean-activation,fullgrad
methods+=,fullgrad:variant=channel-scaled,gradcam,gradcam++,layercam:layers=all,hirescam,hirescam:layers=all
methods+=,layer-contributions,layer-contributions:join=least,layer-contributions:layers=0:at=post:reference=zero/median/stack
methods+=,lrp,guided-backprop,input-x-gradient,object-saliency
if [ "$kind" = search ]; then
  agents=(pong pong_c51)
  methods=fullgrad++
  for join in mean least; do
    for place in aligned stretched; do
      for layers in '' :layers=0 :layers=1 :layers=2 :layers=0/1 :layers=1/2 :layers=0/2; do
        methods+=,layer-contributions:join=$join:place=$place$layers
      done
    done
    methods+=,layer-contributions:join=$join:sigma=1.5,layer-contributions:join=$join:noise=0.05:samples=8
  done
  for reference in median stack median/stack zero/median/stack; do
    for layers in '' :layers=0 :layers=0/1; do methods+=,layer-contributions:at=post:reference=$reference$layers; done
  done
  for aggregate in mass weighted product; do
    for cam in hirescam layercam gradcam-elementwise; do
      methods+=,$cam:layers=all:aggregate=$aggregate:place=aligned
    done
  done
fi
measures=shape,localisation,causal,insertion-deletion,randomisation,random-logit
for target in advantage chosen; do
  folder=${out:-out/$kind}/$target
  $program evaluate "${agents[@]}" --methods "$methods" --measures "$measures" --target $target --states "$states" \
    --episodes 20 --jobs "$jobs" --out "$folder"
  for agent in "${agents[@]}"; do
    printf '\n### %s, target %s\n\n' "$agent" "$target"
    python3 scripts/lib/study_table.py "$folder/summary.csv" "$agent"
  done
done
