#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/onednn/context.h"
#include "nn/onednn/rules.h"

namespace arcadecam::nn::onednn {

/// A graph compiled for one batch size.
class Plan {
 public:
  Plan(Context& context, const Graph& graph, std::int64_t batch);

  void forward(const Observations& observations, const Watch& watch, Tape& tape);
  /// Computes `nodes` alone, from the given activations.
  void forward_from(std::span<const Given> given, std::span<const int> nodes, const Watch& watch,
                    Tape& tape);
  void backward(const OutputGradient& gradient, Tape& tape);
  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape);
  /// What the last forward pass was asked to keep.
  [[nodiscard]] const Watch& watched() const noexcept { return watch_; }

 private:
  /// Computes the nodes that only copy or scale the observations, and where possible the one after
  /// them, in one go; returns the first node left to compute.
  int read(const Observations& observations);
  /// Gives the State nodes their values.
  void remember(TensorView memory);
  void mark_wanted_gradients(const std::vector<int>& watched);
  void begin_backward(const OutputGradient& gradient, Tape& tape);
  /// `scaled`: the input's gradient is still to be made of node 1's.
  void store_gradients(const std::vector<int>& watched, Tape& tape, bool scaled);
  void watch(const Watch& watch);
  /// Copies output and watched activations to the tape.
  void keep(Tape& tape);
  /// Copies a node's values to the tape in C order.
  void copy_plain(const dnnl::memory& from, int node, std::map<int, Reorder>& reorders, float* to);

  Context& context_;
  const Graph& graph_;
  std::int64_t batch_;
  Watch watch_;
  std::vector<bool> needed_;            ///< by watch_: which nodes a forward pass computes
  const Scale* first_scale_ = nullptr;  ///< node 1, if it alone reads the input
  std::vector<NodeMemory> memory_;
  std::vector<std::unique_ptr<Step>> steps_;
  RuleSteps rule_steps_;
  std::map<int, Reorder> activation_reorders_, gradient_reorders_, given_reorders_;
};

}  // namespace arcadecam::nn::onednn
