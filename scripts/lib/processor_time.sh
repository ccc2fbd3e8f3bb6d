#!/usr/bin/env bash
# Runs a compiler and appends a line to $PROCESSOR_TIMES: its processor seconds and what it made. A launcher for CMake
# (CMAKE_CXX_COMPILER_LAUNCHER), used by compile_time.sh.
set -uo pipefail

made=-
for ((i = 1; i < $#; i++)); do
  [ "${!i}" != -o ] || { next=$((i + 1)); made=${!next}; }
done
TIMEFORMAT='%U %S'
{ seconds=$( { time "$@" 1>&3 2>&4; } 2>&1; exit "${PIPESTATUS[0]}"); } 3>&1 4>&2
status=$?
read -r user system <<<"$seconds"
printf '%s\t%s\t%s\n' "$user" "$system" "$made" >>"$PROCESSOR_TIMES"
exit "$status"
