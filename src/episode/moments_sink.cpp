#include "episode/moments_sink.h"

#include <algorithm>

namespace arcadecam::episode {

Moment::Moment(const Step& source)
    : screen(source.screen.shape(), source.screen.values()),
      observation(source.observation.shape(), source.observation.values()),
      sound(source.sound.begin(), source.sound.end()),
      step(source) {
  for (const explain::Attribution* attribution : source.attributions)
    attributions.push_back(*attribution);
  if (source.distributions.size() > 0) {
    distributions.resize(source.distributions.shape());
    std::ranges::copy(source.distributions.values(), distributions.data());
  }
  step.distributions = distributions.view();
  step.sound = sound;
  step.screen = screen.view();
  step.observation = observation.view();
  for (std::size_t i = 0; i < attributions.size(); ++i) step.attributions[i] = &attributions[i];
}

}  // namespace arcadecam::episode
