#include "checkpoint/building/streams.h"

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {

nn::Linear mean_layer(TensorTaker& taker, const std::string& name, std::int64_t inputs) {
  const bool noisy = taker.has(name + ".weight_mu");
  const char* mean = noisy ? "_mu" : "";
  nn::Weights weight = taker.take(name + ".weight" + mean, {TensorTaker::kAny, inputs});
  nn::Weights bias = taker.take(name + ".bias" + mean, {weight->shape()[0]});
  // Called sigma or std, epsilon, and what a library keeps to draw them.
  if (noisy) taker.ignore(name + ".");
  return {std::move(weight), std::move(bias)};
}

HeadStream mean_stream(TensorTaker& taker, const std::string& hidden, const std::string& head,
                       std::int64_t inputs) {
  nn::Linear first = mean_layer(taker, hidden, inputs);
  nn::Linear last = mean_layer(taker, head, first.weight->shape()[0]);
  return {std::move(first), std::move(last)};
}

HeadStream side_by_side(const HeadStream& value, const HeadStream& advantage,
                        const std::string& advantage_name) {
  check_multiple(advantage_name, advantage.head.weight->shape()[0], value.head.weight->shape()[0],
                 "atoms");
  return {{rows_below(*value.hidden.weight, *advantage.hidden.weight),
           rows_below(*value.hidden.bias, *advantage.hidden.bias)},
          dueling_atoms(value.head, advantage.head)};
}

void add_stream(NetworkBuilder& nodes, const StreamNames& names, const HeadStream& stream) {
  nodes.linear(names.hidden, stream.hidden);
  nodes.activation(names.activation);
  nodes.linear(names.head, stream.head);
}

}  // namespace arcadecam::checkpoint
