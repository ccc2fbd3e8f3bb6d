#include "evaluate/variation_effects.h"

#include "arcadecam/core/error.h"

namespace arcadecam::evaluate {

Effect effect_of(std::span<const double> plain, std::span<const double> varied,
                 std::uint64_t seed) {
  if (plain.size() != varied.size() || plain.empty()) {
    throw bad_input("pairs of episodes need the same episodes of both games, found {} and {}",
                    plain.size(), varied.size());
  }
  std::vector<measure::Cluster> scores(plain.size()), changes(plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    scores[i].add(varied[i]);
    changes[i].add(varied[i] - plain[i]);
  }
  return {measure::mean(scores), measure::bootstrap(scores, seed), measure::mean(changes),
          measure::bootstrap(changes, seed), measure::sign_flip_p(changes, seed)};
}

}  // namespace arcadecam::evaluate
