#!/usr/bin/env bash
# Tests the live viewer's page in a headless Chromium against the built program.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/page_test.sh [--files] [PYTEST-ARGUMENT…]
  --files  only what needs no program: the page's modules and files
Needs Chromium, which scripts/setup.sh --dev installs (an 80 MB package, 290 MB on the disk). What Python needs (Playwright, axe-core,
pytest: 50 MB to fetch, 180 MB on the disk) is put into build/page-venv; a second run needs no network.
environment:
  ARCADECAM_PROGRAM  the program (default: build/release/arcadecam)
  CHROMIUM           the browser (default: chromium)
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
tests=(tests/serve/page)
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  --files)
    shift
    tests=(tests/serve/page/{decode,maps,words,house}_test.py)
    ;;
  *)
    program=${ARCADECAM_PROGRAM:-build/release/arcadecam}
    [ -x "$program" ] || { echo "page_test: $program is missing: build it first" >&2; exit 1; }
    ;;
esac
environment=build/page-venv
if [ ! -e "$environment/complete" ]; then
  rm -rf "$environment"
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet 'playwright>=1.49,<2' 'axe-playwright-python>=0.1.4,<0.2' 'pytest>=8' 'numpy>=1.24'
  touch "$environment/complete"
fi
"$environment/bin/python" -m pytest -q -p no:cacheprovider "${tests[@]}" "$@"
