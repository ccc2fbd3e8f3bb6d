#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace arcadecam::game {

/// An environment variable's value, empty where it is not set.
using Variables = std::function<std::string(const char* name)>;

/// The folders of ROMs that Python's package ale-py (0.10 and later) brought to this user, best
/// first: of the active virtual or Conda environment, of the environments whose programs are in
/// PATH, of the user, of the system. Only folders that exist; nothing is executed.
[[nodiscard]] std::vector<std::filesystem::path> ale_py_roms(const Variables& variables);

}  // namespace arcadecam::game
