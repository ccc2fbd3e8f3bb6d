# The Arcade Learning Environment as scripts/setup.sh leaves it (ARCADECAM_CACHE as there). Sets ale_FOUND and
# ARCADECAM_ROMS, the folder of its ROMs; makes ale::ale-lib usable.
if(DEFINED ENV{ARCADECAM_CACHE})
  get_filename_component(cache "$ENV{ARCADECAM_CACHE}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
else()
  set(cache ${PROJECT_SOURCE_DIR}/.cache)
endif()
set(ARCADECAM_ALE ${cache}/ale CACHE PATH "ALE's library (install) and ROMs (roms), made by scripts/setup.sh")
set(ARCADECAM_ROMS ${ARCADECAM_ALE}/roms)
# Only ours will do: it is patched to save its state completely.
find_package(ale 0.12.1 EXACT QUIET PATHS ${ARCADECAM_ALE}/install NO_DEFAULT_PATH)
if(ale_FOUND)
  # ALE's headers include each other as "ale/…", its package offers only the folder below.
  set_property(TARGET ale::ale APPEND PROPERTY INTERFACE_INCLUDE_DIRECTORIES ${ARCADECAM_ALE}/install/include)
endif()

# arcadecam_ale_games(OUTPUT): generates a C++ source with ALE's list of games, name and ROM MD5, from the
# headers ALE is installed with: it has no function that lists them.
function(arcadecam_ale_games OUTPUT)
  file(GLOB headers CONFIGURE_DEPENDS ${ARCADECAM_ALE}/install/include/ale/games/supported/*.hpp)
  set(entries "")
  set(count 0)
  foreach(header IN LISTS headers)
    file(STRINGS ${header} lines REGEX "const char\\* (rom|md5)\\(\\)")
    string(REGEX MATCH "rom\\(\\)[^\"]*\"([^\"]+)\"" found "${lines}")
    set(name ${CMAKE_MATCH_1})
    string(REGEX MATCH "md5\\(\\)[^\"]*\"([^\"]+)\"" found "${lines}")
    set(md5 ${CMAKE_MATCH_1})
    if(NOT name OR NOT md5 MATCHES "^[0-9a-f]+$")
      message(FATAL_ERROR "${header} does not name its game and ROM as expected of ALE 0.12.1")
    endif()
    list(APPEND entries "${name}\", \"${md5}")
    math(EXPR count "${count} + 1")
  endforeach()
  list(SORT entries)
  list(TRANSFORM entries PREPEND "    {\"")
  list(TRANSFORM entries APPEND "\"},")
  list(JOIN entries "\n" entries)
  file(
    CONFIGURE
    OUTPUT ${OUTPUT}
    CONTENT
      "// Generated from ALE's headers by arcadecam_ale_games().
#include <array>

#include \"game/ale_games.h\"

namespace arcadecam::game {
namespace {
constexpr std::array<AleGame, ${count}> kGames{{
${entries}
}};
}  // namespace

std::span<const AleGame> ale_games() { return kGames; }

}  // namespace arcadecam::game
"
    @ONLY)
endfunction()
