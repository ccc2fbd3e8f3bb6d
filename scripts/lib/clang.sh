# Which clang there is. Sourced by test.sh, fuzz.sh and thread_test.sh.

# find_clang: prints the command of the C++ compiler, clang++ or clang++-VERSION.
find_clang() {
  local found
  found=$(compgen -c clang++ | grep -E '^clang\+\+(-[0-9]+)?$' | sort --version-sort | head -1 || true)
  if [ -z "$found" ]; then
    echo "No clang was found. scripts/setup.sh --dev installs it with the other tools for developers." >&2
    return 1
  fi
  echo "$found"
}

# configure_sanitizers [CMake option…]: configures build/asan, the sanitizers' and the fuzzers' build, from the checkout.
configure_sanitizers() {
  local clang
  clang=$(find_clang)
  cmake --preset asan -DCMAKE_C_COMPILER="${clang/++/}" -DCMAKE_CXX_COMPILER="$clang" "$@" >/dev/null
}
