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

/// The explained value and the terms whose sum should be that value. FullGrad's: f(x) = Σ x·∂f/∂x +
/// Σ over layers Σ b·∂f/∂b (Srinivas & Fleuret 2019, eq. 3).
struct Completeness {
  /// f(x), or its difference from f(baseline), or the relevance that enters at the head.
  double output;
  double input_term;  ///< Σ over the input's values
  /// What belongs to no input, by the node's name, in the graph's order. For FullGrad: Σ b·∂f/∂b of
  /// every layer with a bias. For relevance: what reaches the memory of a recurrent network.
  std::vector<LayerWeight> other_terms;
  /// How far `output` and the sum may lie apart by the rounding of single precision alone, where
  /// they are differences of larger numbers.
  double rounding = 0;

  [[nodiscard]] double sum() const;
  /// |output − sum| relative to the largest of |output| and the terms, since a float32 pass is not
  /// more exact than that where large terms nearly cancel. 0 where the difference is only rounding.
  [[nodiscard]] double relative_residual() const;
};

/// One state's explanation.
struct Attribution {
  /// The method's own numbers, sign and scale kept: h×w of the layer for one-layer methods (before
  /// ReLU and scaling), the un-normalised aggregate at input size for the others.
  Tensor raw;
  /// H×W of the input. From a method: before smoothing and the last scaling. From a Session: as
  /// displayed, 0…1; all zero when the method says nothing about this state.
  Tensor map;
  /// From a Session, for methods that promise a sign: H×W of the input; raw, resized and smoothed
  /// like the map, but not scaled. A diverging colour map shows it. Empty for other methods.
  Tensor signed_map;
  /// For methods that reach the input: C×H×W, what every value of every stacked frame contributes,
  /// with sign and scale kept (raw is the sum over the frames, map the sum of absolute values).
  /// Empty for other methods.
  Tensor planes;
  /// From a Session: the smallest and the largest value of the map before its last scaling. The
  /// values were lowest + map·(highest − lowest), apart from the references' tiny epsilon.
  float lowest = 0, highest = 0;
  /// One-layer CAM methods: the weight of every channel.
  std::vector<float> channel_weights;
  /// The layers used, with their weights (1 for one-layer methods).
  std::vector<LayerWeight> layers;
  /// For complete methods and those that pass relevance on: how much arrives.
  std::optional<Completeness> completeness;
  /// For methods that ask for objects: what each contributes, in the query's order.
  std::vector<ObjectScore> objects;
  /// The passes that this explanation needed beyond those that all methods share.
  PassCount probes;

  /// From a Session; a method adds what only it knows.
  std::vector<Warning> warnings;

  /// Whether the map is zero everywhere, so that no picture of it means anything. Where the map was
  /// not kept, the warnings tell.
  [[nodiscard]] bool says_nothing() const;
};

/// Something in the picture that the maker of the observation knows.
struct Object {
  std::string name;
  /// Where it is on each of the observation's planes, oldest first. The box is empty on planes
  /// where it is not.
  std::vector<PixelBox> boxes;
  std::string kind{};  ///< what results are grouped by: "ball", "enemy", "score"; may be empty
  /// The observation as the game's own program draws it without the object. Null: nobody has drawn
  /// it. Empty: the game cannot draw it.
  std::shared_ptr<const ByteTensor> without{};
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
  /// The results of the explainer's own rule passes, in the order of Explainer::rules(): gradients
  /// of their watched nodes. Activations are on `tape`.
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
  /// Whether it reads Object::without.
  [[nodiscard]] bool asks_removals() const noexcept { return asks_removals_; }
  /// Where a raw map that is smaller than the picture lies on it. None: it is stretched over the
  /// whole picture.
  [[nodiscard]] const std::optional<Placement>& raw_place() const noexcept { return raw_place_; }
  /// Fills `raw`, `map` (unscaled) and whatever else the method gives.
  virtual void explain(const Query& query, Attribution& result) = 0;

 protected:
  nn::Watch watch_;
  std::vector<nn::RulePass> rules_;
  bool probes_ = false, asks_removals_ = false;
  std::optional<Placement> raw_place_;
};

/// What a method promises; each promise is tested where it is made.
struct Promise {
  bool is_signed = false;  ///< raw values below zero mean evidence against
  bool complete = false;   ///< attributions sum to the explained value
  bool linear = false;     ///< raw is linear in the target
  /// The map does not change when all values are multiplied by one positive factor (1e-4 … 1e4).
  /// Methods whose reference adds an epsilon to something that grows with the value do not promise
  /// it.
  bool scale_invariant = false;
  bool stochastic = false;  ///< depends on a random seed
  /// This is not a promise but a premise: the method's closed form holds only for an exponential of
  /// the output.
  bool assumes_exponential = false;
  bool uses_decision = true;  ///< depends on what is explained; false for baselines
  bool vanishes = true;       ///< a target that is zero everywhere gives a zero map
};

/// One method. Each file in methods/ defines one `extern constinit const Method STEM_entry`, and
/// the table is generated from them.
struct Method {
  std::string_view id, title, citation;
  /// The parameters it takes beside common_params().
  std::span<const Param> (*params)();
  Promise promise;
  /// Makes the method for a network. It keeps no reference to the graph. Throws Error (usage) for
  /// parameters that are not allowed.
  std::unique_ptr<Explainer> (*make)(const nn::Graph& graph, const Params& params);
  /// In words: which passes explain() runs by default, beyond those that all methods share. Empty:
  /// none. Attribution::probes counts them.
  std::string_view extra_passes{};
  bool asks_objects = false;  ///< needs Session::set_objects()
};

/// All methods, ordered by file name.
std::span<const Method* const> methods();

/// Throws Error (usage) when there is no such method. The error lists the known ids in the table's
/// order.
const Method& find_method(std::string_view id);

/// Parameters that every method takes beside its own: smoothing, averaging (explain/averages.h) and
/// a question of its own. Where a method has its own parameter of the same name, that one counts.
std::span<const Param> common_params();

}  // namespace arcadecam::explain
