#!/usr/bin/env bash
# Compares two builds of the program on this machine: bench/baseline/run.sh OLD NEW [--rounds N …], where OLD and NEW
# are `arcadecam` programs, for example of two checkouts. Says faster, slower or same with a confidence interval.
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/compare.py" "$@"
