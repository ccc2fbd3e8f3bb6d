#pragma once

#include <span>
#include <string>
#include <vector>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/method.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {

/// How FullGrad++ joins layers: map = Σ_l w_l·resize(L_l) / Σ_l w_l, where w_l is the layer's
/// rectified activation averaged over channels, and summed (kSum) or averaged (kMean) over
/// positions, or 1 (kEqual).
class ActivationWeighted : public Explainer {
 public:
  enum class Weights { kSum, kMean, kEqual };
  enum class Needs { kGradient, kActivationOnly };

  /// Reads the parameters "layers" and "place".
  ActivationWeighted(const nn::Graph& graph, const Params& params, Weights weights, Needs needs);
  void explain(const Query& query, Attribution& result) final;

 protected:
  /// One layer: A rectified, its gradient (null with kActivationOnly), Σ A of every channel.
  struct LayerView {
    std::int64_t channels, area;
    const float* activation;
    const float* gradient;
    std::span<const float> sums;
  };
  /// Writes the layer's map L, area numbers, zero before.
  virtual void layer_map(const LayerView& layer, std::span<float> map) = 0;

 private:
  Weights weights_;
  Needs needs_;
  Shape plane_;
  std::vector<ShownLayer> layers_;
  std::vector<float> rectified_, sums_, map_;
};

}  // namespace arcadecam::explain
