#pragma once

#include <filesystem>
#include <string>

namespace arcadecam {

/// The folder of the program's own file (for a library in Python: of Python's).
[[nodiscard]] std::filesystem::path program_folder();

/// A file that the program reads and did not make: the one that is installed with it, in
/// share/arcadecam, or where there is none, `otherwise`, which the build found on its system.
[[nodiscard]] std::filesystem::path data_file(const std::string& name,
                                              const std::filesystem::path& otherwise);

}  // namespace arcadecam
