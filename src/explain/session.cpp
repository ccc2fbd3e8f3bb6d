#include "arcadecam/explain/session.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "explain/averages.h"
#include "explain/presentation.h"

namespace arcadecam::explain {

Session::Session(nn::Engine& engine, std::span<const MethodSpec> methods)
    : engine_(engine), probe_(engine), gradient_(engine.graph()) {
  if (const int node = target_node(engine.graph()); node >= 0) watch_.activations.push_back(node);
  for (const MethodSpec& spec : methods) {
    const Method& method = find_method(spec.id);
    const std::span<const Param> own = method.params();
    std::vector<Param> known(own.begin(), own.end());
    for (const Param& common : common_params()) {
      if (std::ranges::find(known, common.key, &Param::key) == known.end()) known.push_back(common);
    }
    const Params params(spec, known);
    Bound& bound = explainers_.emplace_back(
        Bound{spec,
              averaged(method.make(engine.graph(), params), params),
              std::make_unique<Presentation>(method, engine.graph(), params.number("sigma")),
              {}});
    watch_.merge(bound.explainer->watch());
    for (const nn::RulePass& pass : bound.explainer->rules()) {
      watch_.rules = true;
      bound.ruled.push_back(tape_for(pass));
    }
  }
}

Session::~Session() = default;

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
  probed_ = false;
  objects_.clear();
  return tape_.output();
}

void Session::explain(std::span<const Target> targets) {
  if (std::ssize(targets) != tape_.batch()) {
    throw bad_usage("{} targets for {} states: expected one each", targets.size(), tape_.batch());
  }
  for (const Target& target : targets) target.check(engine_.graph());
  // Probing replaced the engine's last pass; what goes backward must continue that of these
  // states.
  if (probed_) engine_.forward(observations_, watch_, tape_);
  probed_ = false;
  if (!watch_.gradients.empty() || !ruled_.empty()) backward(targets);
  // Those that probe come last, since a probe replaces the engine's last pass.
  for (const bool probing : {false, true}) {
    for (std::size_t m = 0; m < explainers_.size(); ++m) {
      if (explainers_[m].explainer->probes() != probing) continue;
      explaining_ = m;
      explain(explainers_[m], targets);
    }
  }
}

void Session::on_probe(ProbeProgress progress) {
  if (!progress) return probe_.on_progress({});
  probe_.on_progress([this, progress = std::move(progress)](std::int64_t done, std::int64_t total) {
    progress(explaining_, done, total);
  });
}

void Session::explain(Bound& bound, std::span<const Target> targets) {
  bound.results.resize(static_cast<std::size_t>(tape_.batch()));
  for (std::int64_t n = 0; n < tape_.batch(); ++n) {
    const auto at = static_cast<std::size_t>(n);
    Attribution& result = bound.results[at];
    const auto values = tape_.output()[n].values();
    const Target target = targets[at].resolved(values);
    const PassCount before = probe_.passes();
    const Query query{engine_.graph(),        tape_,  observations_, n,
                      target.resolve(values), target, probe_,        bound.ruled,
                      objects_of(n)};
    result.warnings.clear();
    bound.explainer->explain(query, result);
    result.probes = probe_.passes() - before;
    probed_ = probed_ || result.probes != PassCount{};
    bound.presentation->finish(query, *bound.explainer, result);
  }
}

std::span<const Object> Session::objects_of(std::int64_t sample) const {
  if (objects_.empty()) return {};
  return objects_.at(static_cast<std::size_t>(sample));
}

void Session::backward(std::span<const Target> targets) {
  const nn::OutputGradient gradient = gradient_.of(tape_, targets);
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
