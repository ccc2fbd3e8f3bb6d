#include "evaluate/store.h"

#include <cmath>

#include "core/module.h"

namespace arcadecam::evaluate {

bool Row::is_number() const {
  return std::isnan(finding.at) && finding.object.empty();
}

std::unique_ptr<Store> open_store(const std::filesystem::path& file,
                                  const Store::Settings& settings) {
  return module_table<StoreModule>("store", "evaluations").open(file, settings);
}

}  // namespace arcadecam::evaluate
