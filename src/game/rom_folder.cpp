#include "game/rom_folder.h"

#include <cstdlib>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "game/ale_py_roms.h"

namespace arcadecam::game {
namespace {

// The largest cartridge the emulator reads.
constexpr std::uint64_t kMaxRomBytes = 512 * 1024;

std::string variable_of(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path rom_folder(const std::filesystem::path& given) {
  if (!given.empty()) return given;
  if (const std::string named = variable_of("ARCADECAM_ROMS"); !named.empty()) return named;
  std::error_code unreadable;
  const std::filesystem::path built = ARCADECAM_DEFAULT_ROMS;
  if (std::filesystem::is_directory(built, unreadable)) return built;
  const std::vector<std::filesystem::path> of_python = ale_py_roms(variable_of);
  return of_python.empty() ? std::filesystem::path("ale_py/roms") : of_python.front();
}

std::filesystem::path verified_rom(const Game& game, const std::filesystem::path& folder) {
  std::filesystem::path file = folder / (game.name + ".bin");
  constexpr std::string_view kAdvice =
      "`pip install ale-py` brings the ROMs; activate its environment, or name their folder in "
      "ARCADECAM_ROMS";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    throw bad_input("the ROM of {} is missing: there is no {}; {}", game.title, file.string(),
                    kAdvice);
  }
  const auto bytes = read_file(file, kMaxRomBytes);
  const std::string found = md5(bytes);
  if (found != game.rom_md5) {
    throw bad_input(
        "{} is not the ROM of {} that ALE supports: MD5 {} expected, {} found ({} bytes); {}",
        file.string(), game.title, game.rom_md5, found, bytes.size(), kAdvice);
  }
  return file;
}

bool has_rom(const Game& game, const std::filesystem::path& folder) {
  try {
    verified_rom(game, folder);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace arcadecam::game
