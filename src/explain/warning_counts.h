#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// Counts what a person must know before believing the maps of one method.
class WarningCounts {
 public:
  struct Line {
    bool is_note;  ///< is_note() of the warning
    /// "gradcam: 3 of 10 maps are …", for incomplete ones, and where relevance is lost, with the
    /// largest relative residual.
    std::string text;
  };

  /// `method`: as lines name it.
  explicit WarningCounts(std::string method) : method_(std::move(method)) {}

  /// Once more for every map of the method.
  void add(const Attribution& attribution);
  /// One line for every kind of warning that occurred.
  [[nodiscard]] std::vector<Line> lines() const;

 private:
  std::string method_;
  std::array<std::int64_t, kWarnings> of_{};
  double worst_residual_ = 0;
  std::int64_t maps_ = 0;
};

}  // namespace arcadecam::explain
