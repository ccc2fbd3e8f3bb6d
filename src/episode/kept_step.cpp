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

}  // namespace

KeptStep::KeptStep(const Step& step) : step_(step), sound_(step.sound.begin(), step.sound.end()) {
  bytes_ = sizeof *this + sound_.size();
  bytes_ += keep(step_.screen, screen_);
  bytes_ += keep(step_.observation, observation_);
  bytes_ += keep(step_.distributions, distributions_);
  step_.sound = sound_;
  attributions_.reserve(step.attributions.size());
  for (const explain::Attribution*& attribution : step_.attributions) {
    attribution = &attributions_.emplace_back(*attribution);
    bytes_ += static_cast<std::size_t>(attribution->raw.size() + attribution->map.size() +
                                       attribution->planes.size()) *
              sizeof(float);
  }
}

}  // namespace arcadecam::episode
