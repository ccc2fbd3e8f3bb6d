#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/explain/map_algebra.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/probe.h"
#include "arcadecam/explain/target.h"
#include "arcadecam/explain/warning.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

/// A layer that took part in a map and the weight it had there.
struct LayerWeight {
  std::string layer;
  double weight;
};

/// What an object contributes to the explained value.
struct ObjectScore {
  std::string name;
  double score;
};

/// What is to be explained and the terms that are to sum to it. FullGrad's: f(x) = Σ x·∂f/∂x + Σ
/// over layers Σ b·∂f/∂b (Srinivas & Fleuret 2019, eq. 3).
struct Completeness {
  /// f(x); its difference from f(baseline); of relevance what enters at the head.
  double output;
  double input_term;  ///< Σ over the input's values
  /// What belongs to no input, by the node's name in the graph's order: of FullGrad Σ b·∂f/∂b of
  /// every layer with a bias, of relevance what reaches a recurrent network's memory.
  std::vector<LayerWeight> other_terms;
  /// How far `output` and the sum may lie apart by the rounding of single precision alone, where
  /// they are differences of larger numbers.
  double rounding = 0;

  [[nodiscard]] double sum() const;
  /// |output − sum| relative to the largest of |output| and the terms: where large terms nearly
  /// cancel, a float32 pass carries no more digits than that. 0 where it is rounding.
  [[nodiscard]] double relative_residual() const;
};

/// One state's explanation.
struct Attribution {
  /// The method's own numbers, sign and scale kept: h×w of the layer for one-layer methods (before
  /// ReLU and scaling), the un-normalised aggregate at input size for the others.
  Tensor raw;
  /// H×W of the input: from a method, before smoothing and the last scaling; from a Session, as
  /// displayed, 0…1, all zero when the method says nothing about this state.
  Tensor map;
  /// From a Session, of methods that promise a sign: H×W of the input, raw resized and smoothed
  /// like the map, not scaled: what a diverging colour map shows. Empty for others.
  Tensor signed_map;
  /// Methods that reach the input: C×H×W, what every value of every stacked frame contributes, sign
  /// and scale kept (raw is the sum over the frames, map that of the sizes). Empty for others.
  Tensor planes;
  /// A Session's: the smallest and the largest value of the map before its last scaling, so that
  /// its values were lowest + map·(highest − lowest), the references' tiny epsilon aside.
  float lowest = 0, highest = 0;
  /// One-layer CAM methods: the weight of every channel.
  std::vector<float> channel_weights;
  /// The layers used, with their weights (1 for one-layer methods).
  std::vector<LayerWeight> layers;
  /// Complete methods, and those that pass relevance on: how much of it arrives.
  std::optional<Completeness> completeness;
  /// Methods that ask objects: what each contributes, in the query's order.
  std::vector<ObjectScore> objects;
  /// The passes that this explanation took beyond those that all methods share.
  PassCount probes;

  /// From a Session; a method adds what only it knows.
  std::vector<Warning> warnings;

  /// The map is zero everywhere: no picture of it means anything. Where the map was not
  /// kept, the warnings say so.
  [[nodiscard]] bool says_nothing() const;
};

/// Something in the picture, as whoever made the observation knows it.
struct Object {
  std::string name;
  /// Where it is on each of the observation's planes, oldest first; an empty box where it is not.
  std::vector<PixelBox> boxes;
  std::string kind{};  ///< what results are grouped by: "ball", "enemy", "score"; may be empty
};

/// What a method explains: one sample of a tape. Everything is borrowed.
struct Query {
  const nn::Graph& graph;
  const nn::Tape& tape;
  nn::Observations observations;  ///< the batch that the tape's pass was run on
  std::int64_t sample;            ///< index in the batch
  int action;                     ///< the one the target asks about
  const Target& target;           ///< every action named (Target::resolved)
  Probe& probe;                   ///< the only way to run the network again
  /// What the explainer's own rule passes left, in the order of Explainer::rules(): gradients of
  /// their watched nodes, beside the activations of `tape`.
  std::span<const nn::Tape* const> ruled = {};
  std::span<const Object> objects = {};  ///< what is known to be in the picture
  /// How many of the observation's planes are one frame: 3 in colour (red, green, blue), else 1.
  std::int64_t frame_planes = 1;

  [[nodiscard]] Outputs outputs() const { return {graph, tape, sample}; }
  /// The explained value of this sample.
  [[nodiscard]] double value() const { return target.value_of(outputs()); }
};

/// A method with its parameters, bound to a graph. Not thread-safe; buffers are reused.
class Explainer {
 public:
  Explainer() = default;
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;
  virtual ~Explainer() = default;

  /// What the tape must hold.
  [[nodiscard]] const nn::Watch& watch() const noexcept { return watch_; }
  /// The backward passes by other rules than the chain rule that it reads.
  [[nodiscard]] std::span<const nn::RulePass> rules() const noexcept { return rules_; }
  /// Whether explain() runs the network again through the query's probe.
  [[nodiscard]] bool probes() const noexcept { return probes_; }
  /// Where a raw that is smaller than the picture lies on it; none: stretched over all of it.
  [[nodiscard]] const std::optional<Placement>& raw_place() const noexcept { return raw_place_; }
  /// Fills `raw`, `map` (unscaled) and what else the method gives.
  virtual void explain(const Query& query, Attribution& result) = 0;

 protected:
  nn::Watch watch_;
  std::vector<nn::RulePass> rules_;
  bool probes_ = false;
  std::optional<Placement> raw_place_;
};

/// What a method promises; each promise is tested where it is made.
struct Promise {
  bool is_signed = false;  ///< raw values below zero mean evidence against
  bool complete = false;   ///< attributions sum to the explained value
  bool linear = false;     ///< raw is linear in the target
  /// The map does not change when all values are multiplied by one positive factor (1e-4 … 1e4):
  /// not of methods whose reference adds an epsilon to what grows with the value.
  bool scale_invariant = false;
  bool stochastic = false;  ///< depends on a random seed
  /// Not a promise but a premise: a closed form that holds only for an exponential of the output.
  bool assumes_exponential = false;
  bool uses_decision = true;  ///< depends on what is explained; false for baselines
  bool vanishes = true;       ///< a target that is zero everywhere gives a zero map
};

/// One method. One `extern constinit const Method STEM_entry` per file in methods/; the table is
/// generated.
struct Method {
  std::string_view id, title, citation;
  /// The parameters it takes beside common_params().
  std::span<const Param> (*params)();
  Promise promise;
  /// Keeps nothing of the graph. Throws Error (usage) for parameters that cannot be.
  std::unique_ptr<Explainer> (*make)(const nn::Graph& graph, const Params& params);
  /// What explain() runs beyond the passes that all methods share, by default, in words; empty:
  /// nothing. Attribution::probes counts it.
  std::string_view extra_passes{};
  bool asks_objects = false;  ///< needs Session::set_objects()
};

/// All methods, ordered by file name.
std::span<const Method* const> methods();

/// Throws Error (usage) listing the known ids in the table's order when there is no such method.
const Method& find_method(std::string_view id);

/// Parameters that every method takes beside its own: smoothing, averaging (explain/averages.h) and
/// a question of its own. Where a method has one of the same name, that is meant.
std::span<const Param> common_params();

}  // namespace arcadecam::explain
