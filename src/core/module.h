#pragma once

#include <string_view>

namespace arcadecam {

/// Opens a module: a part of the program in a file of its own, arcadecam-NAME.so, with the large
/// libraries that only this part needs. It lies beside the program or where `cmake --install` puts
/// it; once open it stays so. `part` says in messages what needs it ("videos"). Returns the table
/// of what the module offers. Throws Error when the module is missing, lacks one of its libraries
/// or belongs to another version of the program.
const void* open_module(std::string_view name, std::string_view part);

/// Whether the module's file is there; it is not opened.
[[nodiscard]] bool has_module(std::string_view name);

/// The same as the type that the module's header declares.
template <typename Table>
const Table& module_table(std::string_view name, std::string_view part) {
  return *static_cast<const Table*>(open_module(name, part));
}

/// What a module's entry function `arcadecam_module` returns.
struct ModuleEntry {
  const char* version;  ///< ARCADECAM_VERSION
  const void* table;
};

}  // namespace arcadecam
