#include "checkpoint/building/atoms.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {

void check_multiple(const std::string& layer, std::int64_t outputs, std::int64_t count,
                    const char* what) {
  if (count >= 1 && outputs % count == 0) return;
  throw bad_input("'{}' has {} outputs; expected a multiple of {} {}", layer, outputs, count, what);
}

nn::Weights usual_support(std::int64_t atoms) {
  return support(-10, 10, atoms);
}

void note_usual_support(Description& description) {
  description.unknown.emplace_back("The support of its distribution: -10 … 10 is assumed.");
}

std::string title_of_support(const Tensor& support) {
  return fmt::format("{} atoms, {} … {}", support.size(), support.values().front(),
                     support.values().back());
}

}  // namespace arcadecam::checkpoint
