#pragma once

#include <memory>
#include <span>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "nn/steps/context.h"
#include "nn/steps/rules.h"

namespace arcadecam::nn::steps {

/// A graph compiled for one batch size.
class Plan {
 public:
  Plan(PlanContext& context, const Graph& graph, std::int64_t batch);

  void forward(const Observations& observations, const Watch& watch, Tape& tape);
  /// Computes `nodes` alone, from the given activations.
  void forward_from(std::span<const Given> given, std::span<const int> nodes, const Watch& watch,
                    Tape& tape);
  void backward(const OutputGradient& gradient, Tape& tape);
  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape);
  /// What the last forward pass was asked to keep.
  [[nodiscard]] const Watch& watched() const noexcept { return watch_; }

 private:
  /// Finds the nodes that a batch runs through in strips, and how many samples are one.
  void divide();
  /// Calls visit(samples) for each strip of the batch. A batch that is not divided is one strip.
  template <typename F>
  void for_each_strip(F&& visit);
  /// Runs one node's kernel. A node that does not run in strips computes all samples at once.
  void forward(int node, Samples samples);
  void backward(int node, Samples samples);
  [[nodiscard]] NodeMemory& at(int node) { return memory_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] bool in_strips(int node) const { return strips_[static_cast<std::size_t>(node)]; }

  /// Computes the nodes that only copy or scale the observations, and where possible the one after
  /// them, in one go; returns the first node left to compute.
  int read(const Observations& observations, Samples samples);
  /// Gives the observations' nodes the values that read() left out.
  void read_again();
  /// In passes without backward passes by rules, memory holds the activations of one strip only.
  void share_activations();
  /// Begins a pass that computes whatever is needed, or another one. After one of the first kind
  /// the next may go on from the activations of its last sample, where strips are one sample.
  void begin_forward(bool whole);
  /// Gives a node its values.
  void give(const Given& given, Samples samples);
  /// Gives the State nodes their values.
  void remember(TensorView memory);
  /// What computes observations that differ from one where only they differ; null: nothing does.
  Differences* differences_of(const Observations& observations);
  void watch(const Watch& watch);
  /// Copies what is watched to the tape: of nodes that run in strips, or of the others.
  void keep(bool strips, Samples samples, Tape& tape);

  void mark_wanted_gradients(const std::vector<int>& watched);
  void begin_backward(const OutputGradient& gradient, Tape& tape);
  /// Carries what has arrived at the output back to the `watched` nodes, by carry(node, samples);
  /// in strips where `divisible`. `scaled`: at the end, the input's gradient is computed from that
  /// of node 1.
  template <typename Carry>
  void carry_back(const std::vector<int>& watched, bool scaled, bool divisible, Tape& tape,
                  const Carry& carry);
  void store_gradient(int node, bool scaled, Samples samples, Tape& tape);
  /// Copies a node's values, its activation or gradient, to the tape in C order.
  void copy_plain(int node, const float* values, Samples samples, float* to);

  PlanContext& context_;
  const Graph& graph_;
  std::int64_t batch_, strip_;
  Watch watch_;
  std::vector<bool> needed_;            ///< by watch_: which nodes a forward pass computes
  const Scale* first_scale_ = nullptr;  ///< node 1, if it alone reads the input
  std::vector<NodeMemory> memory_;
  std::vector<std::unique_ptr<PlanStep>> steps_;
  std::vector<bool> strips_;  ///< the nodes that run in strips: they follow from such alone
  std::vector<bool> inner_;   ///< those of them that nothing but them reads
  /// The bytes of the batch that only rules of relevance will read, and whether they are to be.
  std::vector<std::uint8_t> unread_;
  bool is_unread_ = false;
  bool is_whole_ = false;     ///< memory holds all activations of the last sample
  std::vector<float> plain_;  ///< a given sample in C order
  RuleSteps rule_steps_;
};

}  // namespace arcadecam::nn::steps
