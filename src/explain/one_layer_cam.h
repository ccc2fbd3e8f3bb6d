#pragma once

#include <array>
#include <span>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::explain {

/// "layer" and "at", which every one-layer CAM takes.
std::span<const Param> one_layer_params();

/// What all one-layer CAMs share: choice of the layer, hook before or after its activation
/// function, and from the raw map on: map = resize(minmax(max(raw, 0))), as pytorch-grad-cam 1.5
/// does.
class OneLayerCam : public Explainer {
 public:
  OneLayerCam(const nn::Graph& graph, const Params& params);
  void explain(const Query& query, Attribution& result) final;

 protected:
  /// `activation`, `gradient`: channels×area. Fills result.raw (h×w, zeroed) and
  /// result.channel_weights
  /// (`channels` zeros) where the method has any.
  virtual void combine(const float* activation, const float* gradient, std::int64_t channels,
                       std::int64_t area, Attribution& result) = 0;

 private:
  int node_;
  std::string layer_name_;
  Shape layer_shape_, input_plane_;
  BilinearResize resize_;
  Tensor scaled_;
};

/// raw += Σ_c weight_c · A_c.
void add_weighted_channels(const float* activation, std::span<const float> weights,
                           std::int64_t area, float* raw);

}  // namespace arcadecam::explain
