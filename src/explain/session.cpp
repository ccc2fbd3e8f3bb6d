#include "arcadecam/explain/session.h"

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "explain/presentation.h"

namespace arcadecam::explain {
namespace {

/// The batch so many times, one after the other.
template <typename T>
BasicTensorView<const T> repeated(BasicTensorView<const T> batch, std::int64_t times,
                                  BasicTensor<T>& to) {
  to.resize(batch.shape().inner().batch_of(batch.shape()[0] * times));
  for (std::int64_t i = 0; i < times; ++i)
    std::ranges::copy(batch.values(), to.data() + i * batch.size());
  return std::as_const(to).view();
}

}  // namespace

Session::Session(nn::Engine& engine, std::span<const MethodSpec> methods, const Target& about)
    : engine_(engine), probe_(engine), gradient_(engine.graph()) {
  watch_.merge(about.watch(engine.graph()));
  for (const MethodSpec& spec : methods) {
    Bound& bound = explainers_.emplace_back(Bound{bind(spec, engine.graph(), about), nullptr});
    const BoundMethod& made = bound.method;
    bound.presentation = std::make_unique<Presentation>(*made.method, engine.graph(), made.sigma);
    if (made.target) watch_.merge(made.target->watch(engine.graph()));
    bound.asked = index_of(made.target);
    watch_.merge(made.explainer->watch());
    for (const nn::RulePass& pass : made.explainer->rules()) {
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

std::size_t Session::index_of(const std::optional<Target>& own) {
  const auto same = [&](const std::optional<Target>& asked) {
    return asked.has_value() == own.has_value() && (!own || asked->text() == own->text());
  };
  const auto at = std::ranges::find_if(asked_, same);
  const auto index = static_cast<std::size_t>(at - asked_.begin());
  if (at == asked_.end()) asked_.push_back(own);
  return index;
}

bool Session::asks_objects() const {
  return std::ranges::any_of(explainers_,
                             [](const Bound& bound) { return bound.method.method->asks_objects; });
}

bool Session::asks_removals() const {
  return std::ranges::any_of(
      explainers_, [](const Bound& bound) { return bound.method.explainer->asks_removals(); });
}

void Session::set_frame_planes(std::int64_t planes) {
  const std::int64_t all = engine_.graph().shape(0)[0];
  if (planes < 1 || all % planes != 0)
    throw bad_usage("{} planes a frame: the network takes {} planes", planes, all);
  frame_planes_ = planes;
}

TensorView Session::forward(const nn::Observations& observations) {
  states_ = nn::batch_size(observations);
  observations_ = observations;
  if (asked_.size() > 1) {
    const auto times = static_cast<std::int64_t>(asked_.size());
    if (const auto* bytes = std::get_if<ByteTensorView>(&observations.values)) {
      observations_.values = repeated(*bytes, times, repeated_bytes_);
    } else {
      observations_.values =
          repeated(std::get<TensorView>(observations.values), times, repeated_floats_);
    }
    if (observations.memory.size() > 0)
      observations_.memory = repeated(observations.memory, times, repeated_memory_);
  }
  run();
  objects_.clear();
  const TensorView values = tape_.output();
  return {values.data(), values.shape().inner().batch_of(states_)};
}

std::vector<Target> Session::expanded(std::span<const Target> targets,
                                      std::span<const int> chosen) const {
  std::vector<Target> result;
  for (const std::optional<Target>& own : asked_) {
    for (std::size_t n = 0; n < targets.size(); ++n) {
      if (!own) {
        result.push_back(targets[n]);
      } else {
        const auto values = tape_.output()[static_cast<std::int64_t>(n)].values();
        result.push_back(own->of_choice(chosen.empty() ? argmax(values) : chosen[n]));
      }
    }
  }
  return result;
}

void Session::explain(std::span<const Target> asked, std::span<const int> chosen) {
  if (std::ssize(asked) != states_ || (!chosen.empty() && std::ssize(chosen) != states_)) {
    throw bad_usage("{} targets and {} chosen actions for {} states: expected one each",
                    asked.size(), chosen.size(), states_);
  }
  for (const Target& target : asked) target.check(engine_.graph());
  const std::vector<Target> targets = expanded(asked, chosen);
  const nn::Watch before = watch_;
  for (const Target& target : targets) watch_.merge(target.watch(engine_.graph()));
  if (!pass_ || watch_ != before) run();
  if (!watch_.gradients.empty() || !ruled_.empty()) backward(targets);
  for (std::size_t m = 0; m < explainers_.size(); ++m) {
    explaining_ = m;
    explain(explainers_[m], targets);
  }
}

void Session::run() {
  release();  // so that the engine runs the pass in the memory of the last one
  pass_ = engine_.forward(observations_, watch_, tape_);
}

void Session::on_probe(ProbeProgress progress) {
  if (!progress) return probe_.on_progress({});
  probe_.on_progress([this, progress = std::move(progress)](std::int64_t done, std::int64_t total) {
    progress(explaining_, done, total);
  });
}

void Session::explain(Bound& bound, std::span<const Target> targets) {
  bound.results.resize(static_cast<std::size_t>(states_));
  for (std::int64_t n = 0; n < states_; ++n) {
    const std::int64_t sample = static_cast<std::int64_t>(bound.asked) * states_ + n;
    Attribution& result = bound.results[static_cast<std::size_t>(n)];
    const auto values = tape_.output()[sample].values();
    const Target target = targets[static_cast<std::size_t>(sample)].resolved(values);
    const PassCount before = probe_.passes();
    const Query query{engine_.graph(), tape_,  observations_, sample,        target.resolve(values),
                      target,          probe_, bound.ruled,   objects_of(n), frame_planes_};
    result.warnings.clear();
    bound.method.explainer->explain(query, result);
    result.probes = probe_.passes() - before;
    bound.presentation->finish(query, *bound.method.explainer, result);
  }
}

std::span<const Object> Session::objects_of(std::int64_t sample) const {
  if (objects_.empty()) return {};
  return objects_.at(static_cast<std::size_t>(sample));
}

void Session::backward(std::span<const Target> targets) {
  const nn::OutputGradient gradient = gradient_.of(tape_, targets);
  if (!watch_.gradients.empty()) pass_.backward(gradient, tape_);
  for (const auto& ruled : ruled_) pass_.backward(gradient, ruled->pass, ruled->tape);
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
