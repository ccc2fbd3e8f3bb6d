#include "checkpoint/building/noisy_layers.h"

#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {

nn::Linear mean_layer(StateTaker& taker, const std::string& name, std::int64_t inputs) {
  const bool noisy = taker.has(name + ".weight_mu");
  const char* mean = noisy ? "_mu" : "";
  nn::Weights weight = taker.take(name + ".weight" + mean, {StateTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + ".bias" + mean, {weight->shape()[0]});
  // Called sigma or std, epsilon, and what a library keeps to draw them.
  if (noisy) taker.ignore(name + ".");
  return {std::move(weight), std::move(bias)};
}

Stream mean_stream(StateTaker& taker, const std::string& hidden, const std::string& head,
                   std::int64_t inputs) {
  nn::Linear first = mean_layer(taker, hidden, inputs);
  nn::Linear last = mean_layer(taker, head, first.weight->shape()[0]);
  return {std::move(first), std::move(last)};
}

Stream side_by_side(const Stream& value, const Stream& advantage) {
  return {{rows_below(*value.hidden.weight, *advantage.hidden.weight),
           rows_below(*value.hidden.bias, *advantage.hidden.bias)},
          dueling_atoms(value.head, advantage.head)};
}

}  // namespace arcadecam::checkpoint
