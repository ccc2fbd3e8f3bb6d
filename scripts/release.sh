#!/usr/bin/env bash
# Makes a relocatable archive of the program from a finished build. No ROM is inside, and no library under Apache-2.0.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/release.sh [--build DIR] [--out DIR] [--fast]
  --build DIR  the finished build (default: build/release)
  --out DIR    where arcadecam-VERSION-linux-MACHINE.tar.xz and its .sha256 are written (default: build/archive)
  --fast       pack less tightly, for tests
The archive runs on systems whose C library is no older than this one's. Libraries that a bare Debian 12 lacks are inside, with
their licences. Modules of the program that load a library under Apache-2.0 (scripts/lib/apache_libraries) are left out.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/licences.sh
source "$root/scripts/lib/licences.sh"
# shellcheck source=scripts/lib/ale.sh
source "$root/scripts/lib/ale.sh"
build=$root/build/release out=$root/build/archive level=-6
while [ $# -gt 0 ]; do
  case $1 in
    --build) build=${2:?--build needs a folder}; shift ;;
    --out) out=${2:?--out needs a folder}; shift ;;
    --fast) level=-0 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "release: unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
if [ ! -x "$build/arcadecam" ]; then
  echo "release: $build holds no program; build it first: cmake --preset release && cmake --build --preset release" >&2
  exit 1
fi

version=$("$build/arcadecam" --version | cut -d' ' -f2)
name=arcadecam-$version-linux-$(uname -m)
mkdir -p "$out"
work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
top=$work/$name
cmake --install "$build" --component program --prefix "$top" --strip >"$work/install.log"
modules=$top/lib/arcadecam doc=$top/share/doc/arcadecam
licences=$doc/licences
mkdir -p "$licences"

# apache_of FILE: the libraries under Apache-2.0 that the loader finds for FILE.
starts=$(sed -E '/^#/d; s/[[:space:]].*//' "$root/scripts/lib/apache_libraries" | paste -sd'|')
apache_of() {
  ldd "$1" | awk '{print $1}' | grep --extended-regexp "^($starts)" | sort -u | paste -sd' ' || true
}
found=$(apache_of "$top/bin/arcadecam")
if [ -n "$found" ]; then
  echo "release: the program itself loads what is under Apache-2.0 ($found); it cannot be handed out" >&2
  exit 1
fi
declare -A purpose=(
  [onednn]="oneDNN: the engine onednn, half precision (--precision bf16)"
  [pictures]="pictures with text, PDF files"
  [store]="evaluate"
  [sweep]="sweep merge"
  [video]="FFmpeg: videos are made by the program ffmpeg instead"
)
left_out=
for module in "$modules"/arcadecam-*.so; do
  found=$(apache_of "$module")
  [ -n "$found" ] || continue
  short=$(basename "$module" .so)
  left_out+="- ${purpose[${short#arcadecam-}]:-$short}"$'\n'
  echo "release: left out $short, which loads $found"
  rm "$module"
done

# What every Debian 12 has: the C library, and the compiler's for C++.
of_system='^(linux-vdso|ld-linux|libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil|libstdc\+\+|libgcc_s)[.-]'
needed() {
  ldd "$top/bin/arcadecam" "$modules"/arcadecam-*.so | sed -nE 's/^\t([^ ]+) => (\/[^ ]+) .*/\1 \2/p' | sort -u
}
if ldd "$top/bin/arcadecam" "$modules"/arcadecam-*.so | grep 'not found' >&2; then
  echo "release: the libraries above are missing on this machine" >&2
  exit 1
fi
# Headers are compiled into the program, and it reads two files of others.
packages=
for header in boost/version.hpp CLI/CLI.hpp eigen3/Eigen/Core nlohmann/json.hpp toml++/toml.h; do
  packages+=" $(package_of_path "/usr/include/$header")"
done
for data in ARCADECAM_FONT ARCADECAM_CHARTS; do
  packages+=" $(package_of_path "$(realpath "$(sed -n "s/^$data:[A-Z]*=//p" "$build/CMakeCache.txt")")")"
done
while read -r library file; do
  if [[ $library =~ $of_system || $file == "$top"/* ]]; then continue; fi
  cp --dereference "$file" "$modules/$library"
  chmod 644 "$modules/$library"
  packages+=" $(package_of "$file")"
done < <(needed)
for package in $(printf '%s\n' $packages | sort -u); do
  if [ -f "/usr/share/doc/$package/copyright" ]; then
    add_licence "$package" "$licences"
  else
    echo "release: the licence of $package is not on this machine" >&2
    exit 1
  fi
done
add_common_licences "$licences"
cache=$(sed -n 's/^ARCADECAM_ALE:[A-Z]*=//p' "$build/CMakeCache.txt")
tar --extract --gzip --to-stdout --file "$cache/ale_py-$ale_version.tar.gz" "ale_py-$ale_version/LICENSE.md" >"$licences/ale"

# Nothing may be missing inside; the program names its folder of libraries by itself, its modules do so through it.
strays=$(LD_LIBRARY_PATH=$modules needed | awk -v top="$top/" 'index($2, top) != 1 {print $1}' | grep --extended-regexp --invert-match "$of_system" || true)
if [ -n "$strays" ]; then
  echo "release: found outside of the archive: $strays" >&2
  exit 1
fi
if roms=$(find "$top" -name '*.bin' | grep .); then
  echo "release: $roms must not be in an archive" >&2
  exit 1
fi

commit=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
glibc=$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)
readme=$(<"$root/scripts/lib/archive_readme.txt")
readme=${readme//@VERSION@/$version}
readme=${readme//@MACHINE@/$(uname -m)}
readme=${readme//@GLIBC@/$glibc}
readme=${readme//@COMMIT@/$commit}
readme=${readme//@ALE@/$ale_version}
printf '%s\n' "${readme//@LEFT_OUT@/${left_out:-- nothing$'\n'}}" >"$top/README"

# The same build gives the same bytes.
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
archive=$out/$name.tar.xz
tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w \
  --mtime="@$epoch" "$name" | xz "$level" --threads=1 >"$work/archive.tar.xz"
mv "$work/archive.tar.xz" "$archive"
(cd "$out" && sha256sum "$name.tar.xz" >"$name.tar.xz.sha256")
echo "release: $archive, $(du -k "$archive" | cut -f1) KiB, $(find "$modules" -name 'lib*' | wc -l) libraries inside"
