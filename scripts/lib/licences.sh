# Licences of shared libraries, as Debian's packages state them. Sourced by wheel.sh and release.sh.

# package_of FILE: the Debian package that a library came from.
package_of() {
  # By the whole path: packages of other architectures have files of the same name. Packages may know it by /lib, which is a link to /usr/lib.
  local path
  path=$(realpath "$1")
  { dpkg-query --search "$path" 2>/dev/null || dpkg-query --search "${path#/usr}"; } | head -n 1 | cut -d: -f1
}

# package_of_path FILE: the same by the whole path, for files whose names are common.
package_of_path() {
  dpkg-query --search "$1" | head -n 1 | cut -d: -f1
}

# add_licence PACKAGE FOLDER: copies the package's statement into FOLDER.
add_licence() {
  cp "/usr/share/doc/$1/copyright" "$2/$1"
}

# add_common_licences FOLDER: copies the texts that statements in FOLDER refer to by Debian's names for them.
add_common_licences() {
  local text
  grep --no-filename --only-matching --recursive '/usr/share/common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9]' "$1" | sort -u |
    while read -r text; do
      [ ! -f "$text" ] || cp --dereference "$text" "$1/$(basename "$text")"
    done
}
