# Debian packages. Sourced by setup.sh.

# What building the library arcadecam::explain and the rooms without a game (ARCADECAM_PLAY=OFF) needs. libpng is the room
# picture's, Eigen the room measure's. Their tests (ARCADECAM_TESTS=ON) need libgtest-dev and libzip-dev besides.
packages_library="build-essential cmake ninja-build pkg-config zlib1g-dev nettle-dev libfmt-dev nlohmann-json3-dev libpng-dev libeigen3-dev"
# What fetching ALE needs besides.
packages_ale="python3 python3-pip"
# What the Python package needs besides the library.
packages_python="$packages_ale python3-dev python3-venv"
# What the program needs besides the library and ALE.
packages_program="libgif-dev libfreetype-dev fonts-dejavu-core libavformat-dev libavcodec-dev libswresample-dev libavutil-dev
  libcairo2-dev libsqlite3-dev libtomlplusplus-dev libboost-dev libjs-chart.js libcli11-dev"
# What tests and benchmarks need besides.
packages_tests="git libopencv-core-dev libopencv-imgproc-dev libgtest-dev libzip-dev libbenchmark-dev"
# oneDNN is for the engine "onednn", which tests compare with ours, and for bfloat16: nothing else needs it.
packages_dev="clang clang-format clang-tidy libdnnl-dev"

# developers_packages: the developers' tools by the names that this system gives them.
developers_packages() {
  # The sanitizers' and OpenMP's runtimes are packages of their own, with the version in the name.
  case "$(. /etc/os-release 2>/dev/null && echo "${ID:-}${VERSION_ID:-}")" in
    # Chromium (80 MB to fetch, 290 MB on the disk) is for scripts/page_test.sh.
    debian12) echo "$packages_dev libclang-rt-14-dev libomp-14-dev chromium" ;;
    *) echo "$packages_dev" ;;
  esac
}

# install_packages PACKAGES: installs those that are missing (PACKAGES: names with blanks between them).
install_packages() {
  local wanted=$1 missing=() package installed sudo=
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    cat >&2 <<TEXT
setup: this system has no apt-get; packages are installed by itself on Debian and its relatives only.
Please install these, by the names your system gives them, then run 'scripts/setup.sh --no-packages':
  a C++20 compiler (GCC 12 or later), CMake 3.25 or later, Ninja, pkg-config, git, Python 3.10 or later with pip
  OpenCV (core and imgproc), libpng, giflib, FreeType, FFmpeg with libx264, the font DejaVu Sans, cairo, zlib, Nettle, SQLite, toml++, Eigen 3.4, Boost 1.74 (Beast), Chart.js 3, CLI11, fmt,
  nlohmann-json, GoogleTest, libzip, Google Benchmark (libraries with their headers)
  for developers: clang with its sanitizer runtime, clang-format, clang-tidy, Chromium; for --engine onednn and --precision bf16: oneDNN
TEXT
    exit 1
  fi
  # shellcheck disable=SC2086  # the list is split into words on purpose
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true)
  for package in $wanted; do
    grep --quiet --line-regexp --fixed-strings "installed $package" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup: missing packages, and neither root nor sudo to install them. As root, run:" >&2
      echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
      exit 1
    fi
    sudo=sudo
  fi
  echo "setup: installing ${missing[*]}${sudo:+ (by sudo)}"
  # Once in a run: the lists that the first call brought are good for the others, also of scripts that this one calls.
  [ "${packages_are_listed:-no}" = yes ] || $sudo apt-get update
  export packages_are_listed=yes
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
}
