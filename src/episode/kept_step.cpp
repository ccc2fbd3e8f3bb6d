#include "episode/kept_step.h"

namespace arcadecam::episode {
namespace {

/// Copies what a view shows and makes it show the copy.
template <typename T>
std::size_t keep(BasicTensorView<const T>& view, BasicTensor<T>& copy) {
  if (view.data() == nullptr) return 0;
  copy = BasicTensor<T>(view.shape(), view.values());
  view = std::as_const(copy).view();
  return static_cast<std::size_t>(copy.size()) * sizeof(T);
}

/// So much of an attribution.
explain::Attribution part(const explain::Attribution& whole, Detail detail) {
  if (detail >= Detail::kArrays) return whole;
  explain::Attribution result;
  if (detail >= Detail::kMaps) result.map = whole.map;
  result.lowest = whole.lowest;
  result.highest = whole.highest;
  result.layers = whole.layers;
  result.completeness = whole.completeness;
  result.objects = whole.objects;
  result.probes = whole.probes;
  result.warnings = whole.warnings;
  return result;
}

}  // namespace

KeptStep::KeptStep(const Step& step, Detail detail) : step_(step) {
  bytes_ = sizeof *this;
  if (detail < Detail::kScreen) step_.screen = {};
  if (detail < Detail::kArrays) {
    step_.observation = {};
    step_.distributions = {};
    step_.sound = {};
  }
  bytes_ += keep(step_.screen, screen_);
  bytes_ += keep(step_.observation, observation_);
  bytes_ += keep(step_.distributions, distributions_);
  sound_.assign(step_.sound.begin(), step_.sound.end());
  step_.sound = sound_;
  bytes_ += sound_.size();
  attributions_.reserve(step.attributions.size());
  for (const explain::Attribution*& attribution : step_.attributions) {
    const explain::Attribution& kept = attributions_.emplace_back(part(*attribution, detail));
    attribution = &kept;
    bytes_ += static_cast<std::size_t>(kept.raw.size() + kept.map.size() + kept.signed_map.size() +
                                       kept.planes.size()) *
              sizeof(float);
  }
}

}  // namespace arcadecam::episode
