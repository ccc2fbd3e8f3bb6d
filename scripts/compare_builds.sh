#!/usr/bin/env bash
# Runs the same commands with two builds of the program on the embedded agents and compares what they write: arrays, tables,
# traces, pictures and videos, byte by byte. For changes that must not change results.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/compare_builds.sh BEFORE NOW [FOLDER]
  BEFORE, NOW  two programs, for example ../before/build/release/arcadecam and build/release/arcadecam
  FOLDER       where their files go (default: a temporary folder, removed in the end)
Ends with 1 where arrays (.npy, .npz), tables (.csv) or traces differ. Other files that differ are listed: a picture's or a
video's metadata may say the same in other words.
TEXT
}

case ${1:-} in
  -h | --help) usage; exit 0 ;;
esac
[ $# -ge 2 ] || { usage >&2; exit 2; }
before=$(realpath "$1")
now=$(realpath "$2")
if [ $# -ge 3 ]; then
  mkdir -p "$3"
  work=$(realpath "$3")
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

# run PROGRAM FOLDER: everything that is compared. Commands name no folder but their own, so that files can be equal.
run() {
  local program=$1
  rm -rf "$2"
  mkdir "$2"
  cd "$2"
  for agent in pong breakout; do
    "$program" explain "$agent" --methods fullgrad++,gradcam,lrp,integrated-gradients:steps=8 --steps 40 --seed 3 --out "explain-$agent"
    "$program" play "$agent" --policy softmax --episodes 2 --steps 120 --jobs 2 --group 2 --full-speed --out "play-$agent"
    "$program" compare "$agent" --trace "play-$agent/trace.jsonl.gz" --methods fullgrad,gradcam++,rise:masks=64,sobel --states 3 \
      --video-steps 6 --out "compare-$agent"
    "$program" figure "$agent" --trace "play-$agent/trace.jsonl.gz" --steps-at 10,50 --methods gradcam,layer-contributions \
      --objects --formats png,svg,pdf --out "figure-$agent"
    "$program" replay --trace "play-$agent/trace.jsonl.gz" --stacks --out "replay-$agent"
    "$program" map "$agent" --states "replay-$agent/stacks.npy" --method fullgrad++ --batch 16 --out "map-$agent.npy" \
      --values "values-$agent.npy"
  done
  "$program" evaluate pong --methods fullgrad++,gradcam --measures insertion-deletion,shape,causal,localisation,average-drop --states 8 \
    --episodes 2 --episode-steps 60 --out evaluate
}

for build in before now; do
  echo "compare_builds: ${!build}"
  trap 'cat "$work/$build.log" >&2' ERR
  (run "${!build}" "$work/$build") >"$work/$build.log" 2>&1
  trap - ERR
done

same=0 differ=0 other=0
while IFS= read -r -d '' file; do
  name=${file#./}
  if cmp --silent "$work/before/$name" "$work/now/$name"; then
    same=$((same + 1))
    continue
  fi
  case $name in
    */costs.csv) continue ;; # measured times
    *.npy | *.npz | *.csv | *.jsonl.gz)
      echo "differs: $name"
      differ=$((differ + 1))
      ;;
    *)
      echo "differs (not an array, a table or a trace): $name"
      other=$((other + 1))
      ;;
  esac
done < <(cd "$work" && { (cd before && find . -type f -print0); (cd now && find . -type f -print0); } | sort --zero-terminated --unique)
echo "$same files equal, $differ arrays, tables or traces differ, $other other files differ"
[ "$differ" -eq 0 ]
