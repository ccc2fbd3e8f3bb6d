#pragma once

#include <optional>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// The last steps from a method's numbers to what is shown, the same for all methods: the signed
/// map at the picture's size, smoothing, scaling to 0…1, and the warnings that any method may
/// deserve.
class Presentation {
 public:
  /// `sigma` as of common_params().
  Presentation(const Method& method, const nn::Graph& graph, double sigma);

  void finish(const Query& query, const Explainer& explainer, Attribution& result);

 private:
  void show_signed(const Explainer& explainer, Attribution& result);
  void warn(const Query& query, const Explainer& explainer, Attribution& result) const;

  const Method& method_;
  Shape plane_;
  double sigma_;
  std::optional<BilinearResize> resize_;  ///< from the size that raw last had
};

}  // namespace arcadecam::explain
