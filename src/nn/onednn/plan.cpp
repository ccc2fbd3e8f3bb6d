#include "nn/onednn/plan.h"

#include <algorithm>

#include "nn/checks.h"
#include "nn/kernels/kernels.h"
#include "nn/plain_operations.h"

namespace arcadecam::nn::onednn {
namespace {

std::unique_ptr<Step> make_step(const StepSite& site) {
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

Plan::Plan(Context& context, const Graph& graph, std::int64_t batch)
    : context_(context),
      graph_(graph),
      batch_(batch),
      needed_(needed_nodes(graph, {})),
      memory_(static_cast<std::size_t>(graph.size())) {
  for (int node = 0; node < graph.size(); ++node) {
    const StepSite site{context, graph, batch, node, memory_};
    if (node == 0) {
      site.allocate(plain_desc(batch, graph.shape(0)));
      steps_.push_back(nullptr);
    } else {
      steps_.push_back(make_step(site));
    }
  }
  if (graph.size() > 1 && graph.consumers(0).size() == 1) {
    first_scale_ = std::get_if<Scale>(&graph.node(1).op);
  }
}

int Plan::read(const Observations& observations) {
  const auto fill = [&](float factor, NodeMemory& memory) {
    if (const auto* bytes = std::get_if<ByteTensorView>(&observations.values)) {
      kernels().scale_bytes(bytes->data(), memory.elements(), factor, memory.x());
    } else {
      kernels().scale(std::get<TensorView>(observations.values).data(), memory.elements(), factor,
                      false, memory.x());
    }
  };
  const auto watched = [&](int node) {
    return std::ranges::find(watch_.activations, node) != watch_.activations.end();
  };
  // The first node that is more than a copy of the observations.
  const int scaled = first_scale_ == nullptr ? 0 : 1;
  const float factor = first_scale_ == nullptr ? 1.0F : first_scale_->factor;
  if (scaled == 1 && (watched(0) || watch_.rules)) fill(1.0F, memory_[0]);
  const auto readers = std::ranges::count_if(graph_.consumers(scaled), [&](int reader) {
    return needed_[static_cast<std::size_t>(reader)];
  });
  if (!watched(scaled) && !watch_.rules && scaled + 1 < graph_.size() && readers == 1 &&
      needed_[static_cast<std::size_t>(scaled + 1)] &&
      steps_[static_cast<std::size_t>(scaled + 1)]->forward_scaled(observations, factor)) {
    return scaled + 2;
  }
  fill(factor, memory_[static_cast<std::size_t>(scaled)]);
  return scaled + 1;
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

void Plan::copy_plain(const dnnl::memory& from, int node, std::map<int, Reorder>& reorders,
                      float* to) {
  const auto plain = plain_desc(batch_, graph_.shape(node));
  if (from.get_desc() == plain) {
    std::copy_n(static_cast<const float*>(from.get_data_handle()),
                graph_.shape(node).count() * batch_, to);
    return;
  }
  auto at = reorders.find(node);
  if (at == reorders.end()) {
    at = reorders.emplace(node, Reorder(context_, from, dnnl::memory(plain, context_.engine(), to)))
             .first;
  }
  at->second.run_into(to);
}

void Plan::watch(const Watch& watch) {
  if (watch == watch_) return;
  watch_ = watch;
  needed_ = needed_nodes(graph_, watch);
  mark_wanted_gradients(watch.gradients);
}

void Plan::forward(const Observations& observations, const Watch& watch, Tape& tape) {
  this->watch(watch);
  remember(observations.memory);
  for (int node = read(observations); node < graph_.size(); ++node) {
    if (needed_[static_cast<std::size_t>(node)]) steps_[static_cast<std::size_t>(node)]->forward();
  }
  keep(tape);
}

void Plan::forward_from(std::span<const Given> given, std::span<const int> nodes,
                        const Watch& watch, Tape& tape) {
  this->watch(watch);
  for (NodeMemory& node : memory_) node.classes = nullptr;
  for (const Given& entry : given) {
    NodeMemory& memory = memory_[static_cast<std::size_t>(entry.node)];
    const auto plain = plain_desc(batch_, graph_.shape(entry.node));
    if (memory.activation.get_desc() == plain) {
      std::copy_n(entry.values.data(), entry.values.size(), memory.x());
      continue;
    }
    // oneDNN does not write to a reorder's source.
    auto* values = const_cast<float*>(entry.values.data());
    auto at = given_reorders_.find(entry.node);
    if (at == given_reorders_.end()) {
      const dnnl::memory from(plain, context_.engine(), values);
      at = given_reorders_.emplace(entry.node, Reorder(context_, from, memory.activation)).first;
    }
    at->second.run_from(values);
  }
  for (const int node : nodes) steps_[static_cast<std::size_t>(node)]->forward();
  keep(tape);
}

void Plan::keep(Tape& tape) {
  Tensor& output = tape.begin_forward(batch_, graph_.shape(graph_.output()));
  std::copy_n(memory_.back().x(), output.size(), output.data());
  for (const int node : watch_.activations) {
    Tensor& stored = tape.store_activation(node, graph_.shape(node));
    copy_plain(memory_[static_cast<std::size_t>(node)].activation, node, activation_reorders_,
               stored.data());
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
  if (gradient.node >= 0) enter(gradient.inner, memory_[static_cast<std::size_t>(gradient.node)]);
}

void Plan::backward(const OutputGradient& gradient, Tape& tape) {
  begin_backward(gradient, tape);
  // A scaled observation's gradient goes to the tape in one step.
  const bool scaled = first_scale_ != nullptr && memory_.front().gradient_wanted;
  for (int node = graph_.output(); node > (scaled ? 1 : 0); --node) {
    const NodeMemory& memory = memory_[static_cast<std::size_t>(node)];
    // Nothing arrives at a critic that the target does not ask.
    if (memory.gradient_wanted && memory.gradient_started)
      steps_[static_cast<std::size_t>(node)]->backward();
  }
  store_gradients(watch_.gradients, tape, scaled);
}

void Plan::backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) {
  mark_wanted_gradients(pass.watched);
  begin_backward(gradient, tape);
  if (pass.rules.relevance()) {
    // It starts with the parts of the target, z·∂target/∂z.
    for (NodeMemory& node : memory_) {
      if (!node.gradient_started) continue;
      for (std::int64_t i = 0; i < node.elements(); ++i) node.g()[i] *= node.x()[i];
    }
  }
  for (int node = graph_.output(); node > 0; --node) {
    const NodeMemory& memory = memory_[static_cast<std::size_t>(node)];
    if (!memory.gradient_wanted || !memory.gradient_started) continue;
    const StepSite site{context_, graph_, batch_, node, memory_};
    if (RuleStep* step = rule_steps_.at(site, pass.rules)) {
      step->carry();
    } else {
      steps_[static_cast<std::size_t>(node)]->backward();
    }
  }
  store_gradients(pass.watched, tape, false);
  mark_wanted_gradients(watch_.gradients);
}

void Plan::store_gradients(const std::vector<int>& watched, Tape& tape, bool scaled) {
  for (const int node : watched) {
    Tensor& stored = tape.store_gradient(node, graph_.shape(node));
    const bool reached = scaled && node == 0
                             ? memory_[1].gradient_started
                             : memory_[static_cast<std::size_t>(node)].gradient_started;
    if (!reached) {
      std::ranges::fill(stored.values(), 0.0F);
      continue;
    }
    if (node == 0 && scaled) {
      kernels().scale(memory_[1].g(), stored.size(), first_scale_->factor, false, stored.data());
      continue;
    }
    copy_plain(memory_[static_cast<std::size_t>(node)].gradient, node, gradient_reorders_,
               stored.data());
  }
}

}  // namespace arcadecam::nn::onednn
