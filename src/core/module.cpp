#include "core/module.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "arcadecam/core/error.h"
#include "core/program_folder.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

/// Where a module's file may be: beside the program, or where it is installed.
std::array<fs::path, 2> places_of(std::string_view module) {
  const fs::path folder = program_folder(), name = fmt::format("arcadecam-{}.so", module);
  return {folder / name, (folder / ARCADECAM_MODULES / name).lexically_normal()};
}

fs::path file_of(std::string_view module, std::string_view part) {
  const std::array<fs::path, 2> places = places_of(module);
  for (const fs::path& place : places) {
    std::error_code missing;
    if (fs::exists(place, missing)) return place;
  }
  throw bad_input(
      "{} is missing, which {} need: expected it at {} or {}; build or install the whole program "
      "again",
      places[0].filename().string(), part, places[0].string(), places[1].string());
}

}  // namespace

bool has_module(std::string_view name) {
  const std::array<fs::path, 2> places = places_of(name);
  return std::any_of(places.begin(), places.end(), [](const fs::path& place) {
    std::error_code missing;
    return fs::exists(place, missing);
  });
}

const void* open_module(std::string_view name, std::string_view part) {
  const fs::path file = file_of(name, part);
  void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = dlerror();
    throw bad_input(
        "{}, which {} need, cannot be opened: {}; install the packages that "
        "scripts/setup.sh installs",
        file.string(), part, why == nullptr ? "unknown reason" : why);
  }
  using Entry = ModuleEntry (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, "arcadecam_module"));
  const ModuleEntry module = entry == nullptr ? ModuleEntry{} : entry();
  const std::string_view version = module.version == nullptr ? "no version" : module.version;
  if (version != ARCADECAM_VERSION) {
    throw bad_input(
        "{} belongs to another program: expected version {}, found {}; build or "
        "install the whole program again",
        file.string(), ARCADECAM_VERSION, version);
  }
  return module.table;
}

}  // namespace arcadecam
