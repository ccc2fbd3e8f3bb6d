# The Arcade Learning Environment: source distribution → static C++ library and ROMs. Sourced by setup.sh.

ale_version=0.12.1
ale_sha256=c503d574c5983e1063b451201ccb779d935919c0f6bf116fb0f4f8aa4c86d249
# RelWithDebInfo is the build type in which ALE's own CMake files leave link-time optimisation off: such
# archives would tie every later link to one compiler and cost seconds each time. Its 176 small sources share their
# headers: compiled 32 at a time they take a quarter of the processor time.
ale_options=(-DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O3 -DNDEBUG"
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=32
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DBUILD_CPP_LIB=ON -DBUILD_PYTHON_LIB=OFF
  -DBUILD_VECTOR_LIB=OFF -DBUILD_VECTOR_XLA_LIB=OFF -DSDL_SUPPORT=OFF -DCMAKE_INSTALL_LIBDIR=lib)

# A Python that can download: Debian's own first, then whatever `python3` is.
find_python() {
  local candidate
  for candidate in /usr/bin/python3 python3; do
    if "$candidate" -m pip --version >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
      echo "$candidate"
      return 0
    fi
  done
  echo "setup: no Python 3.10 or later with pip (Debian: apt-get install python3-pip)" >&2
  return 1
}

has_sha256() {
  [ -f "$1" ] && echo "$ale_sha256  $1" | sha256sum --check --status
}

# download_ale SDIST: brings the source distribution. Its build requirements are over 100 MB, of which
# asking for the metadata needs two small ones: they come first, into a folder of their own.
download_ale() {
  local sdist=$1 python work
  python=$(find_python)
  work=$(mktemp -d "$(dirname "$sdist")/download.XXXXXX")
  echo "setup: downloading ALE $ale_version"
  local pip=("$python" -m pip --quiet --disable-pip-version-check --no-input)
  PIP_ROOT_USER_ACTION=ignore "${pip[@]}" install --target "$work/tools" scikit-build-core nanobind
  PYTHONPATH=$work/tools "${pip[@]}" download --no-deps --no-binary ale-py --no-build-isolation \
    --dest "$work" "ale-py==$ale_version"
  if ! has_sha256 "$work/ale_py-$ale_version.tar.gz"; then
    echo "setup: the downloaded $work/ale_py-$ale_version.tar.gz is not the expected file (SHA-256 differs)" >&2
    return 1
  fi
  mv "$work/ale_py-$ale_version.tar.gz" "$sdist"
  rm -rf "$work"
}

# build_ale SDIST SOURCE BUILD PREFIX PATCHES: unpacks, patches, builds, installs.
build_ale() {
  local sdist=$1 source=$2 build=$3 prefix=$4 patches=$5 patch
  echo "setup: building ALE $ale_version"
  mkdir -p "$source"
  tar --extract --gzip --file "$sdist" --directory "$source" --strip-components 1
  for patch in "$patches"/ale-*.patch; do
    [ ! -e "$patch" ] || patch --quiet --directory "$source" --strip 1 <"$patch"
  done
  cmake -G Ninja -S "$source" -B "$build" "${ale_options[@]}" "-DCMAKE_INSTALL_PREFIX=$prefix" \
    >"$build.log" 2>&1 &&
    cmake --build "$build" --target install >>"$build.log" 2>&1 || {
    tail -n 30 "$build.log" >&2
    echo "setup: building ALE failed; the whole log is $build.log" >&2
    return 1
  }
}

# Whether $ale holds what $stamp says.
is_built() {
  [ "$(cat "$ale/stamp" 2>/dev/null)" = "$stamp" ] && [ -f "$ale/install/lib/libale.a" ]
}

# install_ale ROOT CACHE: leaves CACHE/ale/install (library, headers, CMake package) and CACHE/ale/roms.
install_ale() {
  local root=$1 cache=$2 ale sdist stamp work
  mkdir -p "$cache/ale"
  ale=$(cd "$cache/ale" && pwd)
  sdist=$ale/ale_py-$ale_version.tar.gz
  # Whatever changes the result is part of the stamp: version, options, patches.
  stamp="$ale_version $ale_sha256 ${ale_options[*]} $(cat "$root"/cmake/patches/ale-*.patch | sha256sum)"
  ! is_built || return 0
  # One at a time; what an interrupted run left is in the way of nobody then.
  if command -v flock >/dev/null; then
    exec 9>"$ale/lock"
    flock 9
    ! is_built || return 0
    rm -rf "$ale"/build.?????? "$ale"/download.??????
  fi
  has_sha256 "$sdist" || download_ale "$sdist"
  work=$(mktemp -d "$ale/build.XXXXXX")
  build_ale "$sdist" "$work/source" "$work/build" "$work/install" "$root/cmake/patches"
  # A half-made cache must never look whole: the stamp goes first and comes back last.
  rm -rf "$ale/stamp" "$ale/install" "$ale/roms"
  mkdir "$ale/roms"
  cp "$work"/source/src/ale/python/roms/*.bin "$ale/roms/"
  mv "$work/install" "$ale/install"
  echo "$stamp" >"$ale/stamp"
  rm -rf "$work"
  exec 9>&-
  echo "setup: ALE $ale_version is in $ale"
}
