#include "checkpoint/building/dueling_network.h"

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {

nn::Graph build_dueling(TensorTaker& taker, const std::string& prefix, const nn::Op& activation,
                        float divisor) {
  NetworkBuilder nodes(taker, activation);
  const std::int64_t features = nodes.nature_features(prefix + "features.", divisor);
  const auto stream = [&](const std::string& name) {
    return nodes.linears(prefix + name + ".", 0, features, activation);
  };
  nodes.dueling(
      [&] {
        if (const std::int64_t values = stream("value"); values != 1)
          throw bad_input("'{}value' ends in {} outputs; expected 1", prefix, values);
      },
      [&] { stream("advantage"); });
  return nodes.finish();
}

}  // namespace arcadecam::checkpoint
