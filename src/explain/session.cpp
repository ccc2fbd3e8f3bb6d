#include "arcadecam/explain/session.h"

#include "arcadecam/core/error.h"
#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::explain {

Session::Session(nn::Engine& engine, std::span<const MethodSpec> methods) : engine_(engine) {
  for (const MethodSpec& spec : methods) {
    const Method& method = find_method(spec.id);
    const std::span<const Param> own = method.params();
    std::vector<Param> known(own.begin(), own.end());
    known.insert(known.end(), common_params().begin(), common_params().end());
    const Params params(spec, known);
    Bound& bound = explainers_.emplace_back(
        Bound{spec, method.make(engine.graph(), params), params.number("sigma"), {}});
    if (bound.sigma < 0)
      throw bad_usage("method {}: sigma={}: expected 0 or more", spec.id, bound.sigma);
    watch_.merge(bound.explainer->watch());
  }
}

TensorView Session::forward(const nn::Observations& observations) {
  observations_ = observations;
  engine_.forward(observations, watch_, tape_);
  return tape_.output();
}

void Session::explain(std::span<const Target> targets) {
  const TensorView values = tape_.output();
  if (std::ssize(targets) != tape_.batch()) {
    throw bad_usage("{} targets for {} states: expected one each", targets.size(), tape_.batch());
  }
  output_gradient_.resize(values.shape());
  for (std::int64_t n = 0; n < tape_.batch(); ++n) {
    targets[static_cast<std::size_t>(n)].output_gradient(values[n].values(),
                                                         output_gradient_[n].values());
  }
  if (!watch_.gradients.empty()) engine_.backward(output_gradient_.view(), tape_);
  for (Bound& bound : explainers_) {
    bound.results.resize(static_cast<std::size_t>(tape_.batch()));
    for (std::int64_t n = 0; n < tape_.batch(); ++n) {
      Attribution& result = bound.results[static_cast<std::size_t>(n)];
      const int action = targets[static_cast<std::size_t>(n)].resolve(values[n].values());
      bound.explainer->explain({engine_.graph(), tape_, observations_, n, action}, result);
      gaussian_smooth(result.map.view(), bound.sigma);
      minmax(result.map.values());
    }
  }
}

const Attribution& Session::result(std::size_t method, std::int64_t sample) const {
  return explainers_.at(method).results.at(static_cast<std::size_t>(sample));
}

}  // namespace arcadecam::explain
