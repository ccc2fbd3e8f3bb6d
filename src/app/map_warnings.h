#pragma once

#include <span>
#include <string>
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
  /// maps; for incomplete ones, and where relevance is lost, the largest relative residual. Notes,
  /// which hold for a method in every run, only where `verbose`.
  void print(bool verbose) const;
  /// The notes as sentences for a picture's caption.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  std::vector<explain::WarningCounts> counts_;
};

}  // namespace arcadecam::app
