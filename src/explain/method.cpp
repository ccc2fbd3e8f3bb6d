#include "arcadecam/explain/method.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::explain {

double Completeness::sum() const {
  double total = input_term;
  for (const LayerWeight& term : other_terms) total += term.weight;
  return total;
}

double Completeness::relative_residual() const {
  double scale = std::max({std::abs(output), std::abs(input_term), 1e-12});
  for (const LayerWeight& term : other_terms) scale = std::max(scale, std::abs(term.weight));
  const double residual = std::abs(output - sum());
  return residual <= rounding ? 0 : residual / scale;
}

bool Attribution::says_nothing() const {
  if (map.size() == 0) {
    return std::ranges::any_of(warnings, [](Warning warning) {
      return warning == Warning::kZeroGradient || warning == Warning::kConstant ||
             warning == Warning::kNothingPositive;
    });
  }
  return std::ranges::all_of(map.values(), [](float value) { return value == 0; });
}

const Method& find_method(std::string_view id) {
  std::vector<std::string_view> known;
  for (const Method* method : methods()) {
    if (method->id == id) return *method;
    known.push_back(method->id);
  }
  throw bad_usage("there is no method '{}'; {}", printable(id), nearest_or_all(id, known));
}

std::span<const Param> common_params() {
  static constexpr std::array<Param, 7> kParams{
      {{"sigma", "0", "Gaussian smoothing of the map in pixels, before the last scaling; 0: none"},
       {"noise", "0",
        "average over Gaussian noise (SmoothGrad): its standard deviation as a share of the "
        "observation's range; 0: none"},
       {"samples", "25", "how many noisy observations"},
       {"statistic", "mean", "mean of the noisy samples, or variance (VarGrad)"},
       {"shifts", "0", "average over the observation shifted by this many pixels, 9 ways; 0: none"},
       {"seed", "0", "another seed, other random numbers"},
       {"target", "",
        "what this method explains, where that is not what all others do: as for --target, with "
        "'/' after the name (target=margin/2/3)"}}};
  return kParams;
}

}  // namespace arcadecam::explain
