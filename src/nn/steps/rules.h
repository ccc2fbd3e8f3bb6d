#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "arcadecam/nn/rules.h"
#include "nn/steps/context.h"

namespace arcadecam::nn::steps {

/// One node's rule compiled for one batch size.
class RuleStep {
 public:
  RuleStep() = default;
  RuleStep(const RuleStep&) = delete;
  RuleStep& operator=(const RuleStep&) = delete;
  virtual ~RuleStep() = default;
  /// Adds what arrived at the node, carried by the rule, to what arrives at its inputs. Called only
  /// where somebody wants that.
  virtual void carry() = 0;
  /// The same for some samples of the batch, where the rule can (see StripStep).
  [[nodiscard]] virtual bool divisible() const { return false; }
  virtual void carry_strip(Samples /*samples*/) { carry(); }
};

/// The rules of a plan's nodes, compiled on first use and kept.
class RuleSteps {
 public:
  /// The step of the site's node; null where the node's own backward step does what the rule says.
  RuleStep* at(const StepSite& site, const RuleMap& rules);

 private:
  struct Compiled {
    Rule rule;
    bool relevance, bias;
    std::unique_ptr<RuleStep> step;
  };
  std::map<int, std::vector<Compiled>> nodes_;
};

/// `in`'s gradient, zero where this pass has nothing there yet.
float* started_gradient(NodeMemory& in);

/// Relevance rules of convolutions and linear layers.
std::unique_ptr<RuleStep> make_layer_relevance(const StepSite& site, const Rule& rule);
std::unique_ptr<RuleStep> make_argmax_relevance(const StepSite& site);
/// Relevance of the operations of plain_operations.h; `bias`: RuleMap's.
std::unique_ptr<RuleStep> make_plain_relevance(const StepSite& site, bool bias);
/// DeepLIFT's rescale rule at an activation function or a maximum; `baseline` is of its input.
std::unique_ptr<RuleStep> make_plain_rescale(const StepSite& site, const Tensor& baseline);
/// The same at a product, of the baseline's activations.
std::unique_ptr<RuleStep> make_gate_rescale(const StepSite& site, const Baseline& baseline);
/// What a pass of relevance does at all other nodes.
std::unique_ptr<RuleStep> make_other_relevance(const StepSite& site, bool bias);

}  // namespace arcadecam::nn::steps
