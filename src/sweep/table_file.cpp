#include "sweep/table_file.h"

#include "core/module.h"

namespace arcadecam::sweep {

std::unique_ptr<TableFile> open_table_file(const std::filesystem::path& file) {
  return module_table<TableModule>("sweep", "merged sweeps").open(file);
}

}  // namespace arcadecam::sweep
