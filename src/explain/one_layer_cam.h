#pragma once

#include <array>
#include <span>

#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/method.h"
#include "explain/receptive_field.h"

namespace arcadecam::explain {

/// "layer", "at", "layers", "aggregate" and "place", which every CAM takes.
std::span<const Param> one_layer_params();

/// What all CAMs share: choice of the layer, hook before or after its activation function, and from
/// the raw map on: map = resize(minmax(max(raw, 0))), as pytorch-grad-cam 1.5 does; resize as
/// "place" says.
///
/// With "layers", several layers' maps are joined instead: each is rectified, resized and scaled to
/// unit mass, m_l = resize(max(raw_l, 0)) / Σ; then map = Σ w_l·m_l / Σ w_l with w_l = 1 (mass) or
/// w_l = Σ|g·A| over the layer (weighted), or the geometric mean (Π m_l)^(1/L) (product). A layer
/// whose map is zero has weight 0. result.raw then is H×W and keeps the signs: the same sum of
/// resize(raw_l) / Σ|resize(raw_l)|; for product it is the map.
class OneLayerCam : public Explainer {
 public:
  enum class Needs { kGradient, kActivationOnly };

  OneLayerCam(const nn::Graph& graph, const Params& params, Needs needs = Needs::kGradient);
  void explain(const Query& query, Attribution& result) final;

 protected:
  /// Before combine(): for CAMs that run the network again to weigh the channels of `node`.
  virtual void prepare(const Query& /*query*/, int /*node*/) {}
  /// `activation`, `gradient` (null with kActivationOnly): channels×area. Fills result.raw (h×w,
  /// zeroed) and result.channel_weights (`channels` zeros) where the method has any.
  virtual void combine(const float* activation, const float* gradient, std::int64_t channels,
                       std::int64_t area, Attribution& result) = 0;

  /// The nodes that are hooked.
  [[nodiscard]] std::vector<int> hooked() const;

 private:
  enum class Aggregate { kMass, kWeighted, kProduct };
  /// One layer's numbers into `result`.
  void combine_layer(const ShownLayer& layer, const Query& query, Attribution& result);
  /// Σ|g·A| over the layer, Σ|A| where no gradient is used.
  double contribution(const ShownLayer& layer, const Query& query) const;
  void join(const Query& query, Attribution& result);

  Needs needs_;
  Aggregate aggregate_;
  bool joined_;  ///< "layers" was given
  Shape input_plane_;
  std::vector<ShownLayer> layers_;
  Tensor scaled_;
  Attribution part_;              ///< one of several layers
  Tensor resized_, resized_raw_;  ///< its map and signed map at the input's size
};

/// raw += Σ_c weight_c · A_c.
void add_weighted_channels(const float* activation, std::span<const float> weights,
                           std::int64_t area, float* raw);

}  // namespace arcadecam::explain
