#include "arcadecam/explain/session.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/map_algebra.h"

namespace arcadecam::explain {

Session::Session(nn::Engine& engine, std::span<const MethodSpec> methods)
    : engine_(engine), target_node_(target_node(engine.graph())) {
  if (target_node_ >= 0) watch_.activations.push_back(target_node_);
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
    for (const nn::RulePass& pass : bound.explainer->rules()) {
      watch_.rules = true;
      bound.ruled.push_back(tape_for(pass));
    }
  }
}

const nn::Tape* Session::tape_for(const nn::RulePass& pass) {
  auto at = std::ranges::find_if(
      ruled_, [&](const auto& ruled) { return ruled->pass.rules == pass.rules; });
  if (at == ruled_.end()) {
    const nn::Tape tape(&tape_);
    ruled_.push_back(std::make_unique<Ruled>(Ruled{pass, tape}));
    return &ruled_.back()->tape;
  }
  std::vector<int>& watched = (*at)->pass.watched;
  for (const int node : pass.watched) {
    if (std::ranges::find(watched, node) == watched.end()) watched.push_back(node);
  }
  return &(*at)->tape;
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
  for (const Target& target : targets) target.check(engine_.graph());
  if (!watch_.gradients.empty() || !ruled_.empty()) backward(targets);
  for (Bound& bound : explainers_) {
    bound.results.resize(static_cast<std::size_t>(tape_.batch()));
    for (std::int64_t n = 0; n < tape_.batch(); ++n) {
      Attribution& result = bound.results[static_cast<std::size_t>(n)];
      const Target target = targets[static_cast<std::size_t>(n)].resolved(values[n].values());
      bound.explainer->explain({engine_.graph(), tape_, observations_, n,
                                target.resolve(values[n].values()), target, bound.ruled},
                               result);
      gaussian_smooth(result.map.view(), bound.sigma);
      minmax(result.map.values());
    }
  }
}

void Session::backward(std::span<const Target> targets) {
  output_gradient_.resize(tape_.output().shape());
  std::ranges::fill(output_gradient_.values(), 0.0F);
  nn::OutputGradient gradient(output_gradient_.view());
  for (std::int64_t n = 0; n < tape_.batch(); ++n) {
    const Target& target = targets[static_cast<std::size_t>(n)];
    const Outputs outputs{engine_.graph(), tape_, n};
    if (!target.enters_before_output(engine_.graph())) {
      target.gradient(outputs, output_gradient_[n].values());
      continue;
    }
    if (gradient.node < 0) {
      inner_gradient_.resize(engine_.graph().shape(target_node_).batch_of(tape_.batch()));
      std::ranges::fill(inner_gradient_.values(), 0.0F);
      gradient = {output_gradient_.view(), target_node_, inner_gradient_.view()};
    }
    target.gradient(outputs, inner_gradient_[n].values());
  }
  if (!watch_.gradients.empty()) engine_.backward(gradient, tape_);
  for (const auto& ruled : ruled_) engine_.backward(gradient, ruled->pass, ruled->tape);
}

std::int64_t Session::backward_passes() const {
  std::int64_t passes = tape_.backward_passes();
  for (const auto& ruled : ruled_) passes += ruled->tape.backward_passes();
  return passes;
}

const Attribution& Session::result(std::size_t method, std::int64_t sample) const {
  return explainers_.at(method).results.at(static_cast<std::size_t>(sample));
}

}  // namespace arcadecam::explain
