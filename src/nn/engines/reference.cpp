// Plain loops in double, for tests and for checking other engines.
#include <algorithm>
#include <utility>

#include "arcadecam/nn/engine.h"
#include "nn/checks.h"
#include "nn/reference/reference_network.h"
#include "nn/workspaces.h"

namespace arcadecam::nn {
namespace {

class ReferenceWorkspace final : public Pass::Workspace {
 public:
  explicit ReferenceWorkspace(std::shared_ptr<const Graph> graph) : graph_(std::move(graph)) {}

  /// The samples of a pass that begins.
  std::span<ReferenceNetwork<double>> begin(std::int64_t batch, const Watch& watch) {
    watch_ = watch;
    samples_.resize(static_cast<std::size_t>(batch), ReferenceNetwork<double>(graph_));
    return samples_;
  }

  /// Leaves what the samples have computed on the tape.
  void keep(Tape& tape) const {
    const auto batch = std::ssize(samples_);
    Tensor& output = tape.begin_forward(batch, graph_->shape(graph_->output()));
    for (std::int64_t n = 0; n < batch; ++n) {
      const auto& sample = samples_[static_cast<std::size_t>(n)];
      std::ranges::copy(sample.output(), output[n].data());
      for (const int node : watch_.activations) {
        std::ranges::copy(sample.activation(node),
                          tape.store_activation(node, graph_->shape(node))[n].data());
      }
    }
  }

  void backward(const OutputGradient& gradient, Tape& tape) override {
    backward_by(gradient, {}, watch_.gradients, tape);
  }

  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) override {
    check_rules(*graph_, pass, watch_.rules);
    backward_by(gradient, pass.rules, pass.watched, tape);
  }

 private:
  void backward_by(const OutputGradient& gradient, const RuleMap& rules,
                   std::span<const int> watched, Tape& tape) {
    check_output_gradient(*graph_, static_cast<std::int64_t>(samples_.size()), gradient);
    tape.begin_backward();
    for (std::int64_t n = 0; n < std::ssize(samples_); ++n) {
      auto& sample = samples_[static_cast<std::size_t>(n)];
      const auto values = gradient.output[n].values();
      const auto inner = gradient.node < 0 ? std::span<const float>{} : gradient.inner[n].values();
      sample.backward(std::vector<double>(values.begin(), values.end()), gradient.node,
                      std::vector<double>(inner.begin(), inner.end()), rules);
      for (const int node : watched) {
        std::ranges::copy(sample.gradient(node),
                          tape.store_gradient(node, graph_->shape(node))[n].data());
      }
    }
  }

  std::shared_ptr<const Graph> graph_;
  Watch watch_;
  std::vector<ReferenceNetwork<double>> samples_;
};

class ReferenceEngine final : public Engine {
 public:
  explicit ReferenceEngine(std::shared_ptr<const Graph> graph) : graph_(std::move(graph)) {}

  [[nodiscard]] const Graph& graph() const noexcept override { return *graph_; }

  Pass forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    check_observations(*graph_, observations);
    check_watch(*graph_, watch);
    const std::vector<bool> needed = needed_nodes(*graph_, watch);
    std::vector<int> nodes;
    for (int node = 1; node < graph_->size(); ++node) {
      if (needed[static_cast<std::size_t>(node)]) nodes.push_back(node);
    }
    return run(batch_size(observations), watch, tape, nodes,
               [&](std::int64_t n, ReferenceNetwork<double>& sample) {
                 std::visit(
                     [&](const auto& view) {
                       const auto values = view[n].values();
                       sample.set_activation(0, std::vector<double>(values.begin(), values.end()));
                     },
                     observations.values);
                 remember(n, observations.memory, sample);
               });
  }

  Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    const std::vector<int> nodes = nodes_to_compute(*graph_, given, watch);
    return run(given.front().values.shape()[0], watch, tape, nodes,
               [&](std::int64_t n, ReferenceNetwork<double>& sample) {
                 for (const Given& entry : given) {
                   const auto values = entry.values[n].values();
                   std::vector<double> plain(values.begin(), values.end());
                   if (entry.channels_last) {
                     const Shape& shape = graph_->shape(entry.node);
                     const std::int64_t area = shape[1] * shape[2];
                     for (std::int64_t i = 0; i < shape.count(); ++i)
                       plain[static_cast<std::size_t>(i)] =
                           values[static_cast<std::size_t>(i % area * shape[0] + i / area)];
                   }
                   sample.set_activation(entry.node, std::move(plain));
                 }
               });
  }

 private:
  /// Computes these nodes of every sample from what `enter(n, sample)` gives it.
  template <typename Enter>
  Pass run(std::int64_t batch, const Watch& watch, Tape& tape, std::span<const int> nodes,
           Enter&& enter) {
    std::shared_ptr<ReferenceWorkspace> workspace =
        workspaces_.free([&] { return std::make_shared<ReferenceWorkspace>(graph_); });
    std::int64_t n = 0;
    for (ReferenceNetwork<double>& sample : workspace->begin(batch, watch)) {
      enter(n++, sample);
      sample.compute(nodes);
    }
    workspace->keep(tape);
    return {std::move(workspace), tape};
  }

  /// Gives the State nodes their values.
  void remember(std::int64_t n, TensorView memory, ReferenceNetwork<double>& sample) const {
    std::int64_t first = 0;
    for (const int node : graph_->states()) {
      std::vector<double> values(static_cast<std::size_t>(graph_->shape(node).count()));
      if (memory.size() > 0) std::copy_n(memory[n].data() + first, values.size(), values.begin());
      sample.set_activation(node, values);
      first += std::ssize(values);
    }
  }

  std::shared_ptr<const Graph> graph_;
  Workspaces<ReferenceWorkspace> workspaces_;
};

}  // namespace

extern constinit const EngineKind reference_entry{
    "reference", "plain loops in double precision: slow, for tests and comparisons",
    [](std::shared_ptr<const Graph> graph,
       const EngineOptions& options) -> std::unique_ptr<Engine> {
      if (options.precision != Precision::kF32) {
        throw bad_usage(
            "precision bf16: only the engine onednn has it; reference and compared are there to be "
            "exact");
      }
      return std::make_unique<ReferenceEngine>(std::move(graph));
    }};

}  // namespace arcadecam::nn
