#!/usr/bin/env bash
# Installs the Python package (`pip install .`) into a new virtual environment and runs its tests against the program.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/python_test.sh [PYTEST-ARGUMENT…]
The environment is build/python-venv. The package is linked with the libraries that build/release compiled: a build of its
own, as `pip install .` makes it in build/python, would compile them once more (scripts/soak.sh does that). Tests that need PyTorch, Gymnasium or Stable-Baselines3 are
run where ARCADECAM_SITE_PACKAGES names a folder of site-packages that has them.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${1:-} in -h | --help) usage; exit 0 ;; esac
cd "$root"
[ -x build/release/arcadecam ] || { echo "python_test: build/release/arcadecam is missing: build it first" >&2; exit 1; }
environment=build/python-venv
rm -rf "$environment"
python3 -m venv "$environment"
# What pip needs is fetched once; a second run needs no network.
wheels=${ARCADECAM_CACHE:-.cache}/python
if [ ! -e "$wheels/complete" ]; then
  "$environment/bin/pip" download --quiet --dest "$wheels" 'scikit-build-core>=1.1' 'nanobind>=3.1' 'nanobind-backend>=1.0' 'numpy>=1.24' 'pytest>=8'
  touch "$wheels/complete"
fi
# pip's own environment goes with pip, and with it what the build is told of Python.
trap 'cmake --preset release -DARCADECAM_PYTHON=OFF >/dev/null' EXIT
# The compiler by the name that CMake finds: by another name everything would be compiled again.
export CC=${CC:-cc} CXX=${CXX:-c++}
started=$SECONDS
"$environment/bin/pip" install --quiet --no-index --find-links "$wheels" --config-settings=build-dir="$root/build/release" \
  --config-settings=cmake.define.ARCADECAM_PLAY=ON --config-settings=cmake.define.ARCADECAM_TESTS=ON '.[test]'
echo "python_test: pip install took $((SECONDS - started)) s"
if [ -n "${ARCADECAM_SITE_PACKAGES:-}" ]; then
  echo "$ARCADECAM_SITE_PACKAGES" >"$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/others.pth"
fi
"$environment/bin/python" -m pytest -q -p no:cacheprovider "$@"
