#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/core/random.h"
#include "arcadecam/explain/target_gradient.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::explain {

struct Query;

/// How many samples went forward and backward through the network.
struct PassCount {
  std::int64_t forward = 0, backward = 0;
  friend PassCount operator-(PassCount a, PassCount b) {
    return {a.forward - b.forward, a.backward - b.backward};
  }
  friend bool operator==(const PassCount&, const PassCount&) = default;
};

/// What is run for one decision: `count` samples. Each has its own input, or its own activation of
/// one node; then only what depends on that node is computed.
struct ProbePlan {
  std::int64_t count = 1;
  nn::Watch watch{};  ///< gradients: those of the query's target, one backward pass per sample
  int node = 0;       ///< whose values are replaced; 0: the input
  /// Further backward passes of each sample. Their results are in probed.ruled.
  std::span<const nn::RulePass> rules{};
  /// Where not empty, this goes backward from the node `entry` (one sample's values, the same for
  /// all) instead of the target's gradient.
  std::span<const float> gradient{};
  int entry = -1;
  /// The replaced values lie pixel by pixel (nn::Given::channels_last).
  bool channels_last = false;
};

/// The only way to run extra passes. It batches and counts them and makes the random numbers for
/// them. The decision's own tape and pass stay as they are.
class Probe {
 public:
  /// Samples in one pass. The rest runs in passes of powers of two, so that an engine compiles few
  /// sizes. Results depend on it only by rounding.
  static constexpr std::int64_t kBatch = 32;

  /// Writes all values of sample `index`. What the buffer holds before is unspecified.
  using Fill = std::function<void(std::int64_t index, std::span<float> values)>;
  /// Reads the results of sample `index`: `probed.tape` at `probed.sample`, for the same target (a
  /// greedy one stays that of the unchanged observation). `probed` may be probed in turn.
  using Take = std::function<void(std::int64_t index, const Query& probed)>;
  using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

  /// `engine` must outlive the probe. Throws Error (usage) for a batch below 1.
  explicit Probe(nn::Engine& engine, std::int64_t batch = kBatch);
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;
  ~Probe() = default;

  /// Runs the samples in order. A recurrent network has the memory of the query's state in all of
  /// them. To replace an activation, query.tape must hold the other nodes of cut_at(plan.node), and
  /// the watched activations that do not depend on plan.node. `probed.observations` are then not
  /// those of the samples.
  void run(const Query& query, const ProbePlan& plan, const Fill& fill, const Take& take);
  /// Changes some of the values of sample `index`, which are those of the reference before. Returns
  /// a box, in the picture, around all pixels that it changed.
  using Patch = std::function<PixelBox(std::int64_t index, std::span<float> values)>;
  /// The same for samples that differ little from one observation, the `reference`: an engine may
  /// compute the differences alone. The plan's node must be 0.
  void run(const Query& query, const ProbePlan& plan, TensorView reference, const Patch& patch,
           const Take& take);
  /// The same where `count` samples from `first` on are written at once, one after the other.
  using FillAll = std::function<void(std::int64_t first, std::int64_t count, float* values)>;
  void run(const Query& query, const ProbePlan& plan, const FillAll& fill, const Take& take);
  /// The explained value of every sample.
  std::vector<double> values(const Query& query, const ProbePlan& plan, const Fill& fill);

  /// Random numbers for this decision, seeded by `seed` and by the observation. They do not depend
  /// on the decision's place in a batch or an episode, or on other methods.
  [[nodiscard]] static Random random(const Query& query, std::uint64_t seed);

  /// The passes so far, including those of probes of probes.
  [[nodiscard]] PassCount passes() const;
  /// Called after every pass with how much of one run() is done. Probes of probes do not report.
  void on_progress(Progress progress) { progress_ = std::move(progress); }

 private:
  /// The memory of a recurrent network at the query's state, for every sample of a pass.
  TensorView remembered(const Query& query, std::int64_t count);
  /// Runs the samples in batches: fill(first, count) makes the inputs of some.
  void run_batches(const Query& query, const ProbePlan& asked,
                   const std::function<nn::Observations(std::int64_t, std::int64_t)>& fill,
                   const Take& take);
  nn::Pass forward(const Query& query, const ProbePlan& plan, const nn::Observations& inputs);
  void backward(const Query& query, const ProbePlan& plan, nn::Pass pass);
  /// The gradient that ProbePlan::gradient asks for.
  nn::OutputGradient entering(const Query& query, const ProbePlan& plan);

  nn::Engine& engine_;
  std::int64_t batch_;
  PassCount passes_;
  Progress progress_;
  nn::Tape tape_;
  std::deque<nn::Tape> ruled_;  ///< of passes by rules
  Tensor values_, memory_, zeros_, entering_;
  Tensor patched_;               ///< those of the reference but for boxes_
  std::vector<PixelBox> boxes_;  ///< where the last pass's samples differ
  TargetGradient gradient_;
  std::vector<Tensor> beside_;     ///< the rest of a cut, repeated for every sample of a pass
  std::unique_ptr<Probe> nested_;  ///< for probes of probes, which need a tape of their own
};

}  // namespace arcadecam::explain
