#pragma once

#include <cstdint>
#include <memory>

#include "arcadecam/core/tensor.h"
#include "arcadecam/nn/rules.h"
#include "arcadecam/nn/tape.h"

namespace arcadecam::nn {

/// Where the gradient of a batch's targets enters a network: at its output and, for targets that
/// are not a function of the output (an atom of a distribution), also at one node before it.
struct OutputGradient {
  // Most targets depend on the output alone.
  OutputGradient(TensorView at_output)  // NOLINT(google-explicit-constructor)
      : output(at_output) {}
  OutputGradient(MutableTensorView at_output)  // NOLINT(google-explicit-constructor)
      : output(at_output) {}
  OutputGradient(TensorView at_output, int entry, TensorView at_entry)
      : output(at_output), node(entry), inner(at_entry) {}

  TensorView output;  ///< N×actions
  int node = -1;      ///< a flat node before the output; −1: none
  TensorView inner;   ///< N×(shape of `node`), added to what comes from the output
};

/// A forward pass that was run: what backward passes continue from. Other passes of the same engine
/// do not disturb it. The engine keeps the memory of a pass as long as the pass lives, and then
/// uses it for the next pass of this size. Callers that run one pass after the other should
/// therefore drop each before the next, so that the engine needs memory for only one.
///
/// A pass may outlive its engine. An engine and its passes belong to one thread at a time.
class Pass {
 public:
  /// What an engine keeps for a pass. Engines derive their own.
  class Workspace {
   public:
    Workspace() = default;
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    virtual ~Workspace() = default;
    /// Pass::backward(), after it has checked that the tape belongs to the pass.
    virtual void backward(const OutputGradient& gradient, Tape& tape) = 0;
    virtual void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) = 0;

   private:
    friend class Pass;
    std::int64_t passes_ = 0;  ///< how many it has held so far
  };

  /// No pass: there is nothing to continue from.
  Pass() = default;
  /// For engines: the pass that `workspace` holds from now on. It has just filled `tape`, which is
  /// marked as its own. An engine that runs another engine keeps that engine's pass in its
  /// workspace.
  Pass(std::shared_ptr<Workspace> workspace, Tape& tape);
  Pass(Pass&&) noexcept = default;
  Pass& operator=(Pass&&) noexcept = default;
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;
  ~Pass() = default;

  /// Whether there is a pass.
  explicit operator bool() const noexcept { return workspace_ != nullptr; }

  /// `gradient` is the derivative of each sample's target with respect to the network's output.
  /// Leaves on `tape` the gradients that the forward pass was told to watch. `tape` is the tape
  /// that the forward pass filled, or one for its further gradients (Tape(const Tape*)). May be
  /// called any number of times. Throws Error for a gradient of the wrong shape, for a tape that
  /// another forward pass has filled since, and where there is no pass.
  void backward(const OutputGradient& gradient, Tape& tape);

  /// The same by other rules than the chain rule. What arrives at the outputs of the rule pass's
  /// watched nodes becomes their gradient on `tape`. The forward pass's watch must have announced
  /// it (Watch::rules). Also throws Error when a rule does not fit its node.
  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape);

 private:
  /// The workspace, if `tape` shows this pass.
  [[nodiscard]] Workspace& workspace_for(const Tape& tape) const;

  std::shared_ptr<Workspace> workspace_;
  PassId id_;
};

}  // namespace arcadecam::nn
