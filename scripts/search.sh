#!/usr/bin/env bash
# The search for a better map, as docs/study.md tells it: variants of our own method on the Pong agent alone, measured as
# scripts/study.sh measures methods. Takes its options.
exec "$(dirname "${BASH_SOURCE[0]}")/study.sh" --search "$@"
