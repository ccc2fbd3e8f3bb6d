# Warnings, sanitizers and the default build type, as one interface target that our own code alone links.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(arcadecam_warnings INTERFACE)
target_compile_options(
  arcadecam_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                               -Wcast-align -Woverloaded-virtual -Wextra-semi -Werror -fopenmp-simd)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 sees overlapping copies inside std::string where there are none (its bug 105329).
  target_compile_options(arcadecam_warnings INTERFACE -Wno-restrict)
  if(ARCADECAM_SANITIZE)
    # Instrumented, GCC takes parts of std::regex for uninitialized (GCC's manual warns of such mistakes).
    target_compile_options(arcadecam_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(ARCADECAM_UNITY)
  # Where sources are compiled as one, what is in an unnamed namespace is as private as before, and a local name does not
  # hide what another source calls so. The preset dev keeps both warnings.
  target_compile_options(arcadecam_warnings INTERFACE $<IF:$<CXX_COMPILER_ID:GNU>,-Wno-subobject-linkage;-Wno-shadow;-Wshadow=local,-Wno-shadow>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Sources that are compiled as one fill GCC's heap again and again, and it looks for garbage each time: an eighth of its time.
  # Half a gigabyte holds what nearly all of them take.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=524288>)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # A loop marked for vectorising that instrumentation keeps scalar is no mistake.
  target_compile_options(arcadecam_warnings INTERFACE -Wno-pass-failed)
endif()

if(ARCADECAM_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(ARCADECAM_THREAD_SANITIZE)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()

# With precompiled headers ccache must look at the headers' own bytes (depend mode). Otherwise it looks at the preprocessed text, where
# comments are gone, and gives back a precompiled header that GCC no longer knows as the changed header: "#pragma once" then fails.
# The namespace keeps what other settings left in the cache out of the way.
find_program(ARCADECAM_CCACHE ccache)
if(ARCADECAM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NAMESPACE=arcadecam-depend
                                  ${ARCADECAM_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# For targets with precompiled headers. The same bug: GCC no longer knows that these headers are the system's, and warns
# inside std::string. The preset dev builds without precompiled headers and keeps both warnings.
set(arcadecam_precompiled_warnings $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow> $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>)

# arcadecam_precompile(NAME OWNER [header…]): the sources of target NAME find the large headers of the standard library and
# fmt parsed already, and these of ours: by target OWNER, NAME itself or another one with the same compile options. JSON's
# header is not among them: it would cost every source more than a second. Sources still include what they use: the dev
# preset builds without.
function(arcadecam_precompile NAME OWNER)
  if(NOT ARCADECAM_PRECOMPILE)
    return()
  endif()
  target_compile_options(${NAME} PRIVATE ${arcadecam_precompiled_warnings})
  if(NOT ${NAME} STREQUAL ${OWNER})
    target_precompile_headers(${NAME} REUSE_FROM ${OWNER})
    return()
  endif()
  target_precompile_headers(
    ${NAME}
    PRIVATE <fmt/format.h>
            <algorithm>
            <array>
            <cmath>
            <cstdint>
            <filesystem>
            <fstream>
            <functional>
            <map>
            <memory>
            <mutex>
            <numeric>
            <optional>
            <ranges>
            <set>
            <span>
            <string>
            <string_view>
            <thread>
            <variant>
            <vector>
            ${ARGN})
endfunction()

# arcadecam_unite(TARGET [COUNT]): several sources of TARGET are compiled as one, since most of a compiler's time goes into what
# they all include. Names in unnamed namespaces are therefore unique in a room. Sources with compile options of their own
# stay alone. The dev preset compiles every source by itself.
set(arcadecam_united 32)
# Of tests, which are longer than the sources of rooms.
set(arcadecam_united_tests 20)

# What runs once or rarely, or waits for others, is not worth the compiler's time. Of its levels that optimise -Og is the quickest:
# it still puts small functions into their callers, and leaves out what takes long for a gain of a few percent.
# There GCC follows too little to know what is never uninitialized.
set(arcadecam_quickly_compiled $<$<CONFIG:Release>:-Og> $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-maybe-uninitialized>)
function(arcadecam_unite TARGET)
  if(NOT ARCADECAM_UNITY)
    return()
  endif()
  set(count ${arcadecam_united})
  if(ARGC GREATER 1)
    set(count ${ARGV1})
  endif()
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${count})
endfunction()

# arcadecam_unite_as(TARGET GROUP source…): these sources of TARGET are compiled as one, and what is in no group by itself.
# For targets of which single objects are left out of what links them.
function(arcadecam_unite_as TARGET GROUP)
  if(NOT ARCADECAM_UNITY)
    return()
  endif()
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_source_files_properties(${ARGN} PROPERTIES UNITY_GROUP ${GROUP})
endfunction()
