#include "nn/steps/plan.h"

#include <algorithm>
#include <utility>

#include "nn/checks.h"
#include "nn/kernels/kernels.h"
#include "nn/plain_operations.h"
#include "nn/steps/differences.h"

namespace arcadecam::nn::steps {
namespace {

std::unique_ptr<PlanStep> make_step(const StepSite& site) {
  const Op& op = site.graph.node(site.node).op;
  if (const auto* conv = std::get_if<Conv2d>(&op)) return make_convolution(site, *conv);
  if (const auto* linear = std::get_if<Linear>(&op)) return make_linear(site, *linear);
  if (std::holds_alternative<ExpectedValue>(op) || std::holds_alternative<Dueling>(op)) {
    return make_head(site, op);
  }
  if (is_plain(op)) return make_plain(site);
  if (std::holds_alternative<State>(op)) return make_state(site);
  return make_elementwise(site, op);
}

}  // namespace

Plan::Plan(PlanContext& context, const Graph& graph, std::int64_t batch)
    : context_(context),
      graph_(graph),
      batch_(batch),
      strip_(batch),
      needed_(needed_nodes(graph, {})),
      memory_(static_cast<std::size_t>(graph.size())) {
  for (int node = 0; node < graph.size(); ++node) {
    const StepSite site{context, graph, batch, node, memory_};
    if (node == 0) {
      site.allocate(Layout::kPlain);
      steps_.push_back(nullptr);
    } else {
      steps_.push_back(make_step(site));
    }
  }
  if (graph.size() > 1 && graph.consumers(0).size() == 1) {
    first_scale_ = std::get_if<Scale>(&graph.node(1).op);
  }
  divide();
}

void Plan::divide() {
  strips_.assign(memory_.size(), false);
  inner_ = strips_;
  std::int64_t elements = 0;  // of a sample's activations
  bool worth = false;
  for (int node = 0; node < graph_.size(); ++node) {
    const auto& inputs = graph_.node(node).inputs;
    const bool possible =
        node == 0 || steps_[static_cast<std::size_t>(node)]->in_strips() != nullptr;
    if (!possible || !std::ranges::all_of(inputs, [&](int input) { return in_strips(input); }))
      continue;
    strips_[static_cast<std::size_t>(node)] = true;
    elements += at(node).elements({0, 1});
    worth = worth || std::holds_alternative<Conv2d>(graph_.node(node).op);
  }
  if (!worth) return strips_.assign(memory_.size(), false);
  for (int node = 0; node < graph_.output(); ++node) {
    inner_[static_cast<std::size_t>(node)] =
        in_strips(node) &&
        std::ranges::all_of(graph_.consumers(node), [&](int reader) { return in_strips(reader); });
  }
  // Activations and gradients of a strip beside the weights, in an ordinary second-level cache.
  constexpr std::int64_t kBytes = std::int64_t{512} * 1024;
  const std::int64_t fitting = kBytes / (2 * elements * static_cast<std::int64_t>(sizeof(float)));
  strip_ = std::min(batch_, std::max<std::int64_t>(fitting, 1) * context_.threads());
}

template <typename F>
void Plan::for_each_strip(F&& visit) {
  for (std::int64_t first = 0; first < batch_; first += strip_)
    visit(Samples{first, std::min(strip_, batch_ - first)});
}

void Plan::forward(int node, Samples samples) {
  PlanStep& step = *steps_[static_cast<std::size_t>(node)];
  in_strips(node) ? step.in_strips()->forward_strip(samples) : step.forward();
}

void Plan::backward(int node, Samples samples) {
  PlanStep& step = *steps_[static_cast<std::size_t>(node)];
  in_strips(node) ? step.in_strips()->backward_strip(samples) : step.backward();
}

int Plan::read(const Observations& observations, Samples samples) {
  const auto fill = [&](float factor, NodeMemory& memory) {
    const std::int64_t count = memory.elements(samples),
                       first = memory.elements({0, samples.first});
    if (const auto* bytes = std::get_if<ByteTensorView>(&observations.values)) {
      kernels().scale_bytes(bytes->data() + first, count, factor, memory.x(samples.first));
    } else {
      kernels().scale(std::get<TensorView>(observations.values).data() + first, count, factor,
                      false, memory.x(samples.first));
    }
  };
  const auto watched = [&](int node) {
    return std::ranges::find(watch_.activations, node) != watch_.activations.end();
  };
  // The first node that is more than a copy of the observations.
  const int scaled = first_scale_ == nullptr ? 0 : 1;
  const float factor = first_scale_ == nullptr ? 1.0F : first_scale_->factor;
  // Rules of relevance alone read these values: of bytes a copy is kept for them.
  const auto* bytes = std::get_if<ByteTensorView>(&observations.values);
  const bool later = watch_.rules && bytes != nullptr, now = watch_.rules && !later;
  is_unread_ = later;
  if (later) {
    const std::int64_t sample = graph_.shape(0).count();
    unread_.resize(static_cast<std::size_t>(batch_ * sample));
    std::copy_n(bytes->data() + samples.first * sample, samples.count * sample,
                unread_.data() + samples.first * sample);
  }
  if (scaled == 1 && (watched(0) || now)) fill(1.0F, memory_[0]);
  const auto readers = std::ranges::count_if(graph_.consumers(scaled), [&](int reader) {
    return needed_[static_cast<std::size_t>(reader)];
  });
  if (!watched(scaled) && !now && scaled + 1 < graph_.size() && readers == 1 &&
      needed_[static_cast<std::size_t>(scaled + 1)] &&
      steps_[static_cast<std::size_t>(scaled + 1)]->forward_scaled(observations, factor, samples)) {
    return scaled + 2;
  }
  fill(factor, at(scaled));
  return scaled + 1;
}

void Plan::read_again() {
  if (!std::exchange(is_unread_, false)) return;
  for (int node = 0; node <= (first_scale_ == nullptr ? 0 : 1); ++node) {
    const float factor = node == 0 ? 1.0F : first_scale_->factor;
    kernels().scale_bytes(unread_.data(), at(node).elements(), factor, at(node).x());
  }
}

void Plan::share_activations() {
  // Rules read activations; no gradient does, since a ReLU keeps the signs.
  for (std::size_t node = 0; node < memory_.size(); ++node)
    memory_[node].shared = !watch_.rules && inner_[node] ? strip_ : 0;
}

void Plan::begin_forward(bool whole) {
  const bool kept = std::exchange(is_whole_, false) && whole;
  for (NodeMemory& memory : memory_) memory.is_kept = kept;
}

void Plan::remember(TensorView memory) {
  std::int64_t first = 0;
  for (const int state : graph_.states()) {
    const std::int64_t count = graph_.shape(state).count();
    float* to = memory_[static_cast<std::size_t>(state)].x();
    for (std::int64_t n = 0; n < batch_; ++n, to += count) {
      if (memory.size() > 0) {
        std::copy_n(memory[n].data() + first, count, to);
      } else {
        std::fill_n(to, count, 0.0F);
      }
    }
    first += count;
  }
}

void Plan::mark_wanted_gradients(const std::vector<int>& watched) {
  // A gradient is wanted at every watched node and on every way from there to the output.
  for (int node = 0; node < graph_.size(); ++node) {
    bool wanted = std::find(watched.begin(), watched.end(), node) != watched.end();
    for (const int input : graph_.node(node).inputs) {
      wanted = wanted || memory_[static_cast<std::size_t>(input)].gradient_wanted;
    }
    memory_[static_cast<std::size_t>(node)].gradient_wanted = wanted;
  }
}

void Plan::copy_plain(int node, const float* values, Samples samples, float* to) {
  const NodeMemory& memory = at(node);
  const Shape& shape = graph_.shape(node);
  for (std::int64_t n = 0; n < samples.count; ++n) {
    to_plain(memory.layout(), values + memory.elements({0, n}), shape,
             to + (samples.first + n) * shape.count());
  }
}

void Plan::watch(const Watch& watch) {
  if (watch == watch_) return;
  const bool rules = watch_.rules;
  const std::vector<bool> needed = std::exchange(needed_, needed_nodes(graph_, watch));
  watch_ = watch;
  // With rules, ReLUs keep no signs.
  is_whole_ = is_whole_ && needed == needed_ && rules == watch_.rules;
  mark_wanted_gradients(watch.gradients);
}

Differences* Plan::differences_of(const Observations& observations) {
  // A pass more computes the reference.
  constexpr std::int64_t kWorth = 4;
  if (observations.reference.size() == 0 || batch_ < kWorth) return nullptr;
  Differences* const differences = context_.differences(graph_);
  return differences != nullptr && differences->serve(watch_) ? differences : nullptr;
}

void Plan::forward(const Observations& observations, const Watch& watch, Tape& tape) {
  this->watch(watch);
  share_activations();
  remember(observations.memory);
  Tensor& output = tape.begin_forward(batch_, graph_.shape(graph_.output()));
  Differences* const differences = differences_of(observations);
  begin_forward(differences == nullptr);
  int first = 0;
  const auto compute = [&](bool strips, Samples samples) {
    for (int node = first; node < graph_.size(); ++node) {
      if (differences != nullptr && differences->covers(node)) continue;
      if (needed_[static_cast<std::size_t>(node)] && in_strips(node) == strips)
        forward(node, samples);
    }
    keep(strips, samples, tape);
  };
  if (differences != nullptr) {
    is_unread_ = false;
    differences->forward(observations, needed_, memory_);
  } else {
    for_each_strip([&](Samples samples) {
      first = read(observations, samples);
      compute(true, samples);
    });
  }
  compute(false, {0, batch_});
  std::copy_n(memory_.back().x(), output.size(), output.data());
  is_whole_ = differences == nullptr && strip_ == 1;
}

void Plan::forward_from(std::span<const Given> given, std::span<const int> nodes,
                        const Watch& watch, Tape& tape) {
  this->watch(watch);
  share_activations();
  begin_forward(false);
  is_unread_ = false;
  Tensor& output = tape.begin_forward(batch_, graph_.shape(graph_.output()));
  const auto compute = [&](bool strips, Samples samples) {
    for (const Given& entry : given) {
      at(entry.node).classes = nullptr;
      at(entry.node).changed = nullptr;
      if (in_strips(entry.node) == strips) give(entry, samples);
    }
    for (const int node : nodes) {
      if (in_strips(node) == strips) forward(node, samples);
    }
    keep(strips, samples, tape);
  };
  for_each_strip([&](Samples samples) { compute(true, samples); });
  compute(false, {0, batch_});
  std::copy_n(memory_.back().x(), output.size(), output.data());
}

void Plan::give(const Given& given, Samples samples) {
  NodeMemory& memory = at(given.node);
  const Shape& shape = graph_.shape(given.node);
  const Layout layout = given.channels_last ? Layout::kChannelsLast : Layout::kPlain;
  for (std::int64_t n = samples.first; n < samples.first + samples.count; ++n) {
    const float* from = given.values.data() + n * shape.count();
    if (memory.layout() == layout) {
      std::copy_n(from, shape.count(), memory.x(n));
      continue;
    }
    if (given.channels_last) {
      plain_.resize(static_cast<std::size_t>(shape.count()));
      to_plain(layout, from, shape, plain_.data());
      from = plain_.data();
    }
    from_plain(from, shape, false, memory.layout(), memory.x(n));
  }
}

void Plan::keep(bool strips, Samples samples, Tape& tape) {
  for (const int node : watch_.activations) {
    if (in_strips(node) != strips) continue;
    Tensor& stored = tape.store_activation(node, graph_.shape(node));
    copy_plain(node, at(node).x(samples.first), samples, stored.data());
  }
}

void Plan::begin_backward(const OutputGradient& gradient, Tape& tape) {
  tape.begin_backward();
  for (NodeMemory& node : memory_) node.gradient_started = false;
  const auto enter = [](TensorView values, NodeMemory& memory) {
    // Flat nodes lie in plain order.
    std::ranges::copy(values.values(), memory.g());
    memory.gradient_started = true;
  };
  enter(gradient.output, memory_.back());
  if (gradient.node >= 0) enter(gradient.inner, at(gradient.node));
}

template <typename Carry>
void Plan::carry_back(const std::vector<int>& watched, bool scaled, bool divisible, Tape& tape,
                      const Carry& carry) {
  const auto run = [&](bool strips, Samples samples) {
    for (int node = graph_.output(); node > (scaled ? 1 : 0); --node) {
      // Nothing arrives at a critic that the target does not ask.
      const NodeMemory& memory = at(node);
      if ((divisible && in_strips(node)) == strips && memory.gradient_wanted &&
          memory.gradient_started) {
        carry(node, samples);
      }
    }
    for (const int node : watched) {
      if ((divisible && in_strips(node)) == strips) store_gradient(node, scaled, samples, tape);
    }
  };
  run(false, {0, batch_});
  if (!divisible) return;
  std::vector<bool> started;
  for (const NodeMemory& node : memory_) started.push_back(node.gradient_started);
  for_each_strip([&](Samples samples) {
    for (std::size_t node = 0; node < memory_.size(); ++node) {
      if (!strips_[node]) continue;
      memory_[node].gradient_started = started[node];
      if (inner_[node] && !started[node]) memory_[node].first_gradient = samples.first;
    }
    run(true, samples);
  });
  for (NodeMemory& node : memory_) node.first_gradient = 0;
}

void Plan::backward(const OutputGradient& gradient, Tape& tape) {
  begin_backward(gradient, tape);
  // A scaled observation's gradient goes to the tape in one step.
  const bool scaled = first_scale_ != nullptr && memory_.front().gradient_wanted;
  carry_back(watch_.gradients, scaled, true, tape,
             [&](int node, Samples samples) { backward(node, samples); });
}

void Plan::backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) {
  mark_wanted_gradients(pass.watched);
  begin_backward(gradient, tape);
  if (pass.rules.relevance()) {
    read_again();
    // It starts with the parts of the target, z·∂target/∂z.
    for (NodeMemory& node : memory_) {
      if (!node.gradient_started) continue;
      for (std::int64_t i = 0; i < node.elements(); ++i) node.g()[i] *= node.x()[i];
    }
  }
  const auto rule_of = [&](int node) {
    return rule_steps_.at({context_, graph_, batch_, node, memory_}, pass.rules);
  };
  bool divisible = true;
  for (int node = 1; node < graph_.size() && divisible; ++node) {
    if (!in_strips(node) || !at(node).gradient_wanted) continue;
    const RuleStep* step = rule_of(node);
    divisible = step == nullptr || step->divisible();
  }
  // A scaled observation's gradient goes to the tape in one step.
  const bool scaled = first_scale_ != nullptr && memory_.front().gradient_wanted &&
                      !pass.rules.relevance() && rule_of(1) == nullptr;
  carry_back(pass.watched, scaled, divisible, tape, [&](int node, Samples samples) {
    RuleStep* step = rule_of(node);
    if (step == nullptr) {
      return divisible ? backward(node, samples)
                       : steps_[static_cast<std::size_t>(node)]->backward();
    }
    divisible&& in_strips(node) ? step->carry_strip(samples) : step->carry();
  });
  mark_wanted_gradients(watch_.gradients);
}

void Plan::store_gradient(int node, bool scaled, Samples samples, Tape& tape) {
  const Shape& shape = graph_.shape(node);
  float* to = tape.store_gradient(node, shape).data();
  const bool is_scaled = scaled && node == 0;
  const NodeMemory& memory = at(is_scaled ? 1 : node);
  const std::int64_t first = samples.first * shape.count(), count = samples.count * shape.count();
  if (!memory.gradient_started) {
    std::fill_n(to + first, count, 0.0F);
  } else if (is_scaled) {
    kernels().scale(memory.g(samples.first), count, first_scale_->factor, false, to + first);
  } else {
    copy_plain(node, memory.g(samples.first), samples, to);
  }
}

}  // namespace arcadecam::nn::steps
