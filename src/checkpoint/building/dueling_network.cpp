#include "checkpoint/building/dueling_network.h"

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {

nn::Graph build_dueling(StateTaker& taker, const std::string& prefix, const nn::Op& activation,
                        float divisor) {
  NodeList nodes(taker, activation);
  const std::int64_t features = nodes.nature_features(prefix + "features.", divisor);
  const int flat = nodes.last();
  const auto stream = [&](const std::string& name) {
    nodes.continue_from(flat);
    return nodes.linears(prefix + name + ".", 0, features, activation);
  };
  if (const std::int64_t values = stream("value"); values != 1)
    throw bad_input("'{}value' ends in {} outputs; expected 1", prefix, values);
  const int value = nodes.last();
  stream("advantage");
  nodes.add("q", nn::Dueling{}, {value, nodes.last()});
  return nodes.finish();
}

}  // namespace arcadecam::checkpoint
