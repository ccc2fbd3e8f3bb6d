#!/usr/bin/env bash
# Compiles the rooms without a game for aarch64 and runs their tests under qemu. Takes an hour of processor time or so: it is
# no part of test.sh.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/cross_test.sh [--packages] [FILTER]
  --packages  install what it needs first (Debian, as root): the cross compiler, qemu, libraries of the architecture arm64
  FILTER      of GoogleTest (default: all tests of core, those of nn's operations, and explain's golden arrays)
The build is build/aarch64. AARCH64_ROOT: a folder with the libraries of arm64, if they are not the system's.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
filter=
for argument in "$@"; do
  case $argument in
    --packages)
      dpkg --add-architecture arm64
      apt-get update
      DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
        cmake ninja-build pkg-config g++-aarch64-linux-gnu qemu-user-static libeigen3-dev nlohmann-json3-dev \
        libfmt-dev:arm64 zlib1g-dev:arm64 nettle-dev:arm64 libpng-dev:arm64 libgtest-dev:arm64 libzip-dev:arm64 libgomp1:arm64 libstdc++6:arm64
      ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "cross_test: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
    *) filter=$argument ;;
  esac
done

cmake -G Ninja -S . -B build/aarch64 --toolchain cmake/toolchains/aarch64-linux-gnu.cmake -DCMAKE_BUILD_TYPE=Release \
  -DARCADECAM_PLAY=OFF -DARCADECAM_BENCH=OFF -DARCADECAM_TESTS=ON
cmake --build build/aarch64 --target test_core test_nn test_explain
run() {
  echo "cross_test: $1"
  "$(command -v qemu-aarch64-static || command -v qemu-aarch64)" -L "${AARCH64_ROOT:-}/" "build/aarch64/$1" --gtest_brief=1 \
    "--gtest_filter=${filter:-$2}"
}
run test_core '-*ZipWriter.MoreMembers*'
run test_nn 'Graph.*:*Kernels.*:WeightLayouts.*:PlainOperations.*:RecurrentCells.*:Rules.*:GatheredStep.*:PixelConvolution.*'
run test_explain '*Golden*'
