#include "nn/compared_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "arcadecam/core/error.h"
#include "nn/workspaces.h"

namespace arcadecam::nn {
namespace {

/// Largest difference of values, relative to the largest value: float32 against double on a deep
/// network.
constexpr double kOfValues = 1e-3;
/// Root mean square of the differences of gradients, relative to that of the gradients: where a
/// unit's input is zero but for rounding, one engine may pass a gradient on and the other not.
constexpr double kOfGradients = 2e-2;

constexpr const char *kOutput = "output", *kActivation = "activation";

/// Throws Error where two engines' results about a node are not the same.
class Comparison {
 public:
  explicit Comparison(const Graph& graph) : graph_(graph) {}

  void forward(const Watch& watch, const Tape& used, const Tape& compared) const {
    compare(kOutput, graph_.output(), used.output(), compared.output());
    for (const int node : watch.activations)
      compare(kActivation, node, used.activation(node), compared.activation(node));
  }

  void compare(const char* what, int node, TensorView a, TensorView b) const {
    double largest = 0, difference = 0, squares = 0, difference_squares = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
      const double x = a.data()[i], y = b.data()[i];
      if (x == y || (std::isnan(x) && std::isnan(y))) {
        if (std::isfinite(y)) largest = std::max(largest, std::abs(y)), squares += y * y;
        continue;
      }
      if (!std::isfinite(x) || !std::isfinite(y)) return fail(what, node, HUGE_VAL, std::abs(y));
      largest = std::max(largest, std::abs(y));
      difference = std::max(difference, std::abs(x - y));
      squares += y * y;
      difference_squares += (x - y) * (x - y);
    }
    const bool values = what == kOutput || what == kActivation;
    if (values ? difference > kOfValues * largest
               : std::sqrt(difference_squares) > kOfGradients * std::sqrt(squares)) {
      fail(what, node, difference, largest);
    }
  }

 private:
  void fail(const char* what, int node, double difference, double largest) const {
    throw bad_input(
        "the engines differ at network node '{}': {} by up to {:.3g}, where the largest value is "
        "{:.3g}",
        graph_.node(node).name, what, difference, largest);
  }

  const Graph& graph_;
};

class CheckWorkspace final : public Pass::Workspace {
 public:
  explicit CheckWorkspace(std::shared_ptr<const Graph> graph) : graph_(std::move(graph)) {}

  /// The passes of both engines: `run(engine, tape)` is one's. What was kept for the last ones is
  /// free for these.
  template <typename Run>
  void forward(Engine& used, Engine& compared, const Watch& watch, Tape& tape, Run&& run) {
    used_ = Pass();
    compared_ = Pass();
    used_ = run(used, tape);
    compared_ = run(compared, tape_);
    watched_ = watch.gradients;
    Comparison(*graph_).forward(watch, tape, tape_);
  }

  void backward(const OutputGradient& gradient, Tape& tape) override {
    used_.backward(gradient, tape);
    compared_.backward(gradient, tape_);
    for (const int node : watched_)
      Comparison(*graph_).compare("gradient", node, tape.gradient(node), tape_.gradient(node));
  }

  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) override {
    used_.backward(gradient, pass, tape);
    Tape ruled(&tape_);
    compared_.backward(gradient, pass, ruled);
    for (const int node : pass.watched)
      Comparison(*graph_).compare("relevance", node, tape.gradient(node), ruled.gradient(node));
  }

 private:
  std::shared_ptr<const Graph> graph_;
  Pass used_, compared_;
  Tape tape_;
  std::vector<int> watched_;
};

class ComparedEngine final : public Engine {
 public:
  ComparedEngine(std::unique_ptr<Engine> used, std::unique_ptr<Engine> compared)
      : used_(std::move(used)),
        compared_(std::move(compared)),
        graph_(std::make_shared<const Graph>(used_->graph())) {}

  [[nodiscard]] const Graph& graph() const noexcept override { return used_->graph(); }

  Pass forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    return run(watch, tape,
               [&](Engine& engine, Tape& to) { return engine.forward(observations, watch, to); });
  }

  Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    return run(watch, tape,
               [&](Engine& engine, Tape& to) { return engine.forward_from(given, watch, to); });
  }

 private:
  template <typename Forward>
  Pass run(const Watch& watch, Tape& tape, Forward&& forward) {
    auto workspace = workspaces_.free([&] { return std::make_shared<CheckWorkspace>(graph_); });
    workspace->forward(*used_, *compared_, watch, tape, forward);
    return {std::move(workspace), tape};
  }

  std::unique_ptr<Engine> used_, compared_;
  std::shared_ptr<const Graph> graph_;  ///< of passes, which may outlive the engine
  Workspaces<CheckWorkspace> workspaces_;
};

}  // namespace

std::unique_ptr<Engine> make_compared_engine(std::unique_ptr<Engine> used,
                                             std::unique_ptr<Engine> compared) {
  return std::make_unique<ComparedEngine>(std::move(used), std::move(compared));
}

}  // namespace arcadecam::nn
