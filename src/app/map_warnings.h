#pragma once

#include <span>
#include <vector>

#include "episode/step.h"
#include "explain/warning_counts.h"

namespace arcadecam::app {

/// Counts what a person must know before believing the pictures, and says it once.
class MapWarnings {
 public:
  explicit MapWarnings(std::span<const explain::MethodSpec> methods);

  /// Once more for every map of the method.
  void add(std::size_t method, const explain::Attribution& attribution);
  /// The maps of a step.
  void add(const episode::Step& step);
  /// One line on stderr for every method and kind of warning that occurred, with how many of its
  /// maps; for incomplete ones, and where relevance is lost, the largest relative residual.
  void print() const;

 private:
  std::vector<explain::WarningCounts> counts_;
};

}  // namespace arcadecam::app
