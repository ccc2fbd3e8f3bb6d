#include "checkpoint/building/tianshou_policy.h"

namespace arcadecam::checkpoint {

void ignore_tianshou_others(TensorTaker& taker) {
  for (const char* other : {"model_old", "policy.model_old.", "support", "policy.support",
                            "tau_hat", "policy.tau_hat", "delta_z"}) {
    taker.ignore(other);
  }
}

void note_tianshou_unknown(const Hints& hints, bool scaled, Description& description) {
  if (!scaled && !hints.divisor) {
    description.unknown.emplace_back(
        "Whether the environment divided the pixels by 255 (scale_obs): not, as is the default "
        "(give --divide-by 255 if it did).");
  }
  description.unknown.emplace_back(
      "Whether it saw the game through EnvPool (give --protocol envpool if it did).");
}

}  // namespace arcadecam::checkpoint
