#include "explain/base_cam.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::explain {
namespace {

/// CAMs of one layer that run the network no further.
constexpr std::array<std::string_view, 11> kBases{
    "gradcam",  "gradcam++",    "xgradcam",    "hirescam", "layercam", "gradcam-elementwise",
    "eigencam", "eigengradcam", "segeigencam", "fem",      "kpcacam"};

}  // namespace

std::unique_ptr<Explainer> make_base(const nn::Graph& graph, const Params& params,
                                     std::string_view layer) {
  const Method& method = find_method(kBases[params.choice("base", kBases)]);
  const MethodSpec spec{
      std::string(method.id),
      {{"layer", std::string(layer)}, {"at", params.text("at")}, {"place", params.text("place")}}};
  return method.make(graph, Params(spec, method.params()));
}

const Tensor& finished_map(Explainer& base, const Query& query, Attribution& buffer) {
  buffer.warnings.clear();
  base.explain(query, buffer);
  double high = 0, low = std::numeric_limits<double>::max();
  for (const float value : buffer.raw.values()) {
    high = std::max(high, static_cast<double>(value));
    low = std::min(low, std::max(static_cast<double>(value), 0.0));
  }
  // Where the terms of a sum cancel, rounding is more of the sum than it is of them.
  constexpr double kFlat = 1e-3;
  if (high - low <= kFlat * high) std::ranges::fill(buffer.map.values(), 0.0F);
  minmax(buffer.map.values());
  return buffer.map;
}

}  // namespace arcadecam::explain
