#!/usr/bin/env bash
# Checks the form of our C++ sources: clang-format on all of them, clang-tidy on what the release build compiles.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/lint.sh [--format] [--fix] [FILE…]
  --format  clang-format only (needs no build)
  --fix     format in place and apply clang-tidy's fixes instead of only reporting
  FILE…     only these sources (default: all that git knows of)
clang-tidy reads build/release/compile_commands.json; without it the release preset is configured first.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
format_only=no
fix=no
files=()
for argument in "$@"; do
  case $argument in
    --format) format_only=yes ;;
    --fix) fix=yes ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "lint: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
    *) files+=("$(realpath --relative-to="$root" "$argument")") ;;
  esac
done
cd "$root"

# Two versions format differently, so the version is part of the rule.
tool() {
  command -v "$1-14" || { echo "lint: $1-14 is missing; ./scripts/setup.sh --dev installs it" >&2; return 1; }
}

if [ ${#files[@]} -eq 0 ]; then
  while IFS= read -r -d '' file; do
    [ ! -f "$file" ] || files+=("$file")
  done < <(git ls-files -z --cached --others --exclude-standard -- '*.h' '*.cpp')
fi

clang_format=$(tool clang-format)
if [ "$fix" = yes ]; then
  "$clang_format" -i "${files[@]}"
elif ! printf '%s\0' "${files[@]}" | xargs --null --max-args 40 --max-procs "$(nproc)" "$clang_format" --dry-run --Werror; then
  echo "lint: the files above are not formatted; ./scripts/lint.sh --format --fix formats them" >&2
  exit 1
fi
echo "lint: clang-format has nothing to say about ${#files[@]} files"
[ "$format_only" = no ] || exit 0

clang_tidy=$(tool clang-tidy)
database=build/release/compile_commands.json
[ -f "$database" ] || cmake --preset release >/dev/null
compiled=()
for file in "${files[@]}"; do
  ! grep --quiet --fixed-strings "\"file\": \"$root/$file\"" "$database" || compiled+=("$file")
done
if [ ${#compiled[@]} -eq 0 ]; then
  echo "lint: none of these files is compiled by the release build, so clang-tidy has nothing to check"
  exit 0
fi
# The commands are written for GCC, whose warnings and parameters clang does not all know.
arguments=(-p build/release --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument)
jobs=$(nproc)
if [ "$fix" = yes ]; then
  arguments+=(--fix)
  jobs=1 # two processes must not mend one header at the same time
fi
printf '%s\0' "${compiled[@]}" |
  xargs --null --max-args 1 --max-procs "$jobs" "$clang_tidy" "${arguments[@]}" 2> >(grep -v 'warnings\? generated' >&2 || true)
echo "lint: clang-tidy has nothing to say about ${#compiled[@]} sources"
