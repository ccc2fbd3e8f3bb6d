# Sets up and builds at once. Sourced by demo.sh and test.sh, whose working folder is the checkout.

# shellcheck source=scripts/lib/packages.sh
source scripts/lib/packages.sh

# build_library_while_setting_up [setup option…]: runs setup.sh with these options, and builds the lower half of the program
# in build/release while packages and the Arcade Learning Environment come; it needs neither ALE nor most of the packages.
build_library_while_setting_up() {
  local setup
  ! command -v apt-get >/dev/null || install_packages "$packages_library"
  mkdir -p build
  ./scripts/setup.sh "$@" >build/setup.log 2>&1 &
  setup=$!
  trap wait EXIT # whatever fails, nothing goes on behind the caller's back
  sleep 1
  if kill -0 "$setup" 2>/dev/null; then
    echo "Installing the other packages and the Arcade Learning Environment (build/setup.log); building the library meanwhile."
    cmake --preset release -DARCADECAM_PLAY=OFF -DARCADECAM_TESTS=OFF -DARCADECAM_BENCH=OFF >/dev/null
    cmake --build --preset release --parallel "$(nproc)" \
      --target arcadecam_explain arcadecam_checkpoint arcadecam_picture arcadecam_measure arcadecam_profile arcadecam_readers
  fi
  wait "$setup" || { cat build/setup.log >&2; return 1; }
  trap - EXIT
}
