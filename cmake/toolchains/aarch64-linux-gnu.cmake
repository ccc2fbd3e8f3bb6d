# Compiles for aarch64 on another machine, with Debian's cross compiler and the libraries of its foreign architecture arm64:
#   cmake --preset release -B build/aarch64 --toolchain cmake/toolchains/aarch64-linux-gnu.cmake -DARCADECAM_PLAY=OFF
# scripts/cross_test.sh installs what it needs, builds and runs tests. AARCH64_ROOT in the environment: another root of these
# libraries than /.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(root "$ENV{AARCH64_ROOT}")
if(root)
  set(CMAKE_FIND_ROOT_PATH ${root})
  set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
  set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
  set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
  set(ENV{PKG_CONFIG_SYSROOT_DIR} ${root})
  add_link_options(-Wl,-rpath-link,${root}/usr/lib/aarch64-linux-gnu -Wl,-rpath-link,${root}/lib/aarch64-linux-gnu)
endif()
set(ENV{PKG_CONFIG_LIBDIR} ${root}/usr/lib/aarch64-linux-gnu/pkgconfig:${root}/usr/share/pkgconfig)
find_program(ARCADECAM_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(ARCADECAM_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${ARCADECAM_QEMU} -L ${root}/)
endif()
