# One CMake target per room of src/: arcadecam_room(NAME [PRECOMPILED room [HEADERS header…]] [FOLDERS dir…] [FAST source…]
# [PUBLIC lib…] [PRIVATE lib…]). PRECOMPILED: the room whose precompiled headers this one uses (default: core; HEADERS: where it
# is the room itself, which then has FAST sources, what is in them besides). FAST: the sources whose own loops take a run's time. They alone are optimised
# as much as the compiler can; the others are compiled quickly (arcadecam_quickly_compiled).
# Sources are the .cpp files of src/NAME and of the named sub-folders; nothing else needs an edit when a
# file is added.
function(arcadecam_room NAME)
  cmake_parse_arguments(ROOM "" "PRECOMPILED" "HEADERS;FOLDERS;FAST;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  foreach(folder IN LISTS ROOM_FOLDERS)
    file(GLOB more CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  # A target of its own (src/CMakeLists.txt).
  list(REMOVE_ITEM sources ${arcadecam_readers})
  if(NOT sources)
    return()
  endif()
  list(TRANSFORM ROOM_FAST PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  list(REMOVE_ITEM sources ${ROOM_FAST})
  add_library(arcadecam_${NAME} STATIC ${sources})
  target_include_directories(
    arcadecam_${NAME}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>
           $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
  target_compile_features(arcadecam_${NAME} PUBLIC cxx_std_20)
  target_link_libraries(
    arcadecam_${NAME}
    PUBLIC ${ROOM_PUBLIC}
    PRIVATE ${ROOM_PRIVATE} $<BUILD_INTERFACE:arcadecam_warnings>)
  if(NOT ROOM_PRECOMPILED)
    set(ROOM_PRECOMPILED core)
  endif()
  if(ROOM_FAST)
    # A target of its own, so that they too are compiled as one. Where the room has precompiled headers, it makes them.
    add_library(arcadecam_${NAME}_fast OBJECT ${ROOM_FAST})
    target_include_directories(arcadecam_${NAME}_fast PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
    target_compile_features(arcadecam_${NAME}_fast PRIVATE cxx_std_20)
    target_link_libraries(arcadecam_${NAME}_fast PRIVATE ${ROOM_PUBLIC} ${ROOM_PRIVATE} arcadecam_warnings)
    set_target_properties(arcadecam_${NAME}_fast PROPERTIES POSITION_INDEPENDENT_CODE ON)
    if(ROOM_PRECOMPILED STREQUAL NAME)
      arcadecam_precompile(arcadecam_${NAME}_fast arcadecam_${NAME}_fast ${ROOM_HEADERS})
    else()
      arcadecam_precompile(arcadecam_${NAME}_fast arcadecam_${ROOM_PRECOMPILED}_fast)
    endif()
    arcadecam_unite(arcadecam_${NAME}_fast)
    target_sources(arcadecam_${NAME} PRIVATE $<TARGET_OBJECTS:arcadecam_${NAME}_fast>)
  endif()
  target_compile_options(arcadecam_${NAME} PRIVATE ${arcadecam_quickly_compiled})
  arcadecam_precompile(arcadecam_${NAME} arcadecam_${ROOM_PRECOMPILED}_fast)
  arcadecam_unite(arcadecam_${NAME})
  set_target_properties(arcadecam_${NAME} PROPERTIES EXPORT_NAME ${NAME} POSITION_INDEPENDENT_CODE ON)
endfunction()

# arcadecam_table(TARGET FOLDER HEADER TYPE FUNCTION): a table of everything in FOLDER, in the order of the
# file names. A file NAME.cpp defines `extern constinit const TYPE NAME_entry;` (dots and dashes in NAME as
# underscores); the generated source defines `std::span<const TYPE* const> FUNCTION()`, declared in HEADER.
# TYPE and FUNCTION are fully qualified. No static constructors, no hand-kept list.
function(arcadecam_table TARGET FOLDER HEADER TYPE FUNCTION)
  if(NOT TARGET ${TARGET})
    return()
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${FOLDER}/*.cpp)
  list(SORT files)
  string(REGEX REPLACE "^(.*)::[^:]+$" "\\1" namespace ${FUNCTION})
  string(REGEX REPLACE "^.*::" "" function ${FUNCTION})
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(MAKE_C_IDENTIFIER ${stem} stem)
    string(APPEND declarations "extern constinit const ${TYPE} ${stem}_entry;\n")
    string(APPEND entries "    &${stem}_entry,\n")
  endforeach()
  list(LENGTH files count)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${function}_table.cpp)
  file(
    CONFIGURE
    OUTPUT ${output}
    CONTENT
      "// Generated from ${FOLDER}/ by arcadecam_table().
#include <array>
#include <span>

#include \"${HEADER}\"

namespace ${namespace} {
${declarations}
namespace {
constexpr std::array<const ${TYPE}*, ${count}> kEntries{{
${entries}}};
}  // namespace

std::span<const ${TYPE}* const> ${function}() { return kEntries; }

}  // namespace ${namespace}
"
    @ONLY)
  target_sources(${TARGET} PRIVATE ${output})
endfunction()
