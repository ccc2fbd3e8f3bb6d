#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/random.h"
#include "arcadecam/explain/session.h"
#include "measure/measure.h"
#include "measure/network.h"
#include "measure/redrawn_layers.h"
#include "measure/shared_networks.h"

namespace arcadecam::measure {

/// What one forward pass over a changed observation gave.
struct Scores {
  double target;                  ///< the subject's target
  double advantage;               ///< value of the subject's action minus the mean over actions
  std::span<const float> values;  ///< one per action; valid during the call
};

/// What is asked of every map: what is explained, by which engine, drawn with which seed.
struct Question {
  explain::Target target = explain::Target::chosen();
  std::string engine = "cpu";
  std::uint64_t seed = 0;
};

/// What measures may ask for: passes over changed observations, explanations of them, other
/// networks, random numbers. One thread's; results do not depend on what was asked before.
class Context {
 public:
  /// Samples in one forward pass; the rest of a request runs in passes of powers of two.
  static constexpr std::int64_t kBatch = 32;

  /// Writes all values (0…255, C×H×W) of changed observation `index`.
  using Fill = std::function<void(std::int64_t index, std::span<float> values)>;
  using Take = std::function<void(std::int64_t index, const Scores& scores)>;
  using TakeMap = std::function<void(std::int64_t index, const explain::Attribution& attribution)>;

  /// What a recurrent network decides, and what it remembers then.
  struct Decision {
    int action;
    std::vector<float> memory;
  };

  /// `question` must outlive the context. `shared`: of the same network and the question's seed;
  /// none: the context's own. Throws Error (usage) where the target does not fit the network.
  Context(Network network, const Question& question,
          std::shared_ptr<SharedNetworks> shared = nullptr);
  virtual ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const nn::Graph& graph() const noexcept { return *network_.graph; }
  [[nodiscard]] const explain::MethodSpec& method() const { return method_; }

  /// From now on maps are of this method, of its own target where it has one; drops what was kept
  /// for the last one.
  void use(const explain::MethodSpec& method);
  /// Explains states as they are, in one batch, for the action that was taken in each; then shows
  /// each as a subject. Measures may use the context in between.
  void explain_states(std::span<const State* const> states,
                      const std::function<void(const Subject&)>& take);
  /// For which measure random numbers are drawn next.
  void begin(std::string_view measure) { measure_ = measure; }

  /// The action of the largest value on an observation, seen with this memory (State::memory).
  Decision decide(const ByteTensor& observation, const std::vector<float>& memory);
  /// Runs the network on `count` changed observations, in batches. Here and below a recurrent
  /// network has the subject's memory, whatever the observation.
  void forward(const Subject& subject, std::int64_t count, const Fill& fill, const Take& take);
  /// Explains changed observations by the same method, the target held fixed, in batches.
  void explain(const Subject& subject, std::int64_t count, const Fill& fill, const TakeMap& take);
  /// Explains the subject's own observation on the network with these layers drawn again from the
  /// question's seed.
  const explain::Attribution& explain_on(const Subject& subject, RedrawnLayers layers);
  /// The same of changed observations, as explain().
  void explain_on(const Subject& subject, RedrawnLayers layers, std::int64_t count,
                  const Fill& fill, const TakeMap& take);
  /// Explains the subject's own observation, the target held fixed, on another network that takes
  /// and gives the same. Valid until the next explanation on it.
  const explain::Attribution& explain_on(const Subject& subject,
                                         const std::shared_ptr<const nn::Graph>& network);
  /// Explains the subject's own observation as if `action` had been taken; nullptr where the target
  /// does not ask about the action taken. Valid until the next explanation.
  const explain::Attribution* explain_other(const Subject& subject, int action);

  /// Random numbers of (seed, network, measure, state): the same whatever the method, so that
  /// methods are compared under the same draws.
  [[nodiscard]] Random shared_random(const State& state, std::uint64_t salt = 0) const;
  /// Random numbers of (seed, network, measure, state, method).
  [[nodiscard]] Random random(const State& state, std::uint64_t salt = 0) const;
  /// The run's seed, for what must be the same for all states.
  [[nodiscard]] std::uint64_t seed() const noexcept { return question_.seed; }

 private:
  struct Explaining;
  /// What a recurrent network remembers at each sample of a batch; nothing, of others. Valid until
  /// the next call.
  TensorView remembered(std::span<const std::vector<float>* const> samples);
  /// The same of a batch whose samples all remember this.
  TensorView remembered(const std::vector<float>& memory, std::int64_t samples);
  Explaining& explaining_on(RedrawnLayers layers);
  /// The method in use on a network.
  [[nodiscard]] std::unique_ptr<Explaining> on_network(
      std::shared_ptr<const nn::Graph> network) const;
  const explain::Attribution& explain_subject(Explaining& explaining, const Subject& subject);
  void explain_changed(Explaining& explaining, const Subject& subject, std::int64_t count,
                       const Fill& fill, const TakeMap& take);
  [[nodiscard]] std::uint64_t hash(const State& state, std::uint64_t salt) const;

  Network network_;
  const Question& question_;
  std::shared_ptr<SharedNetworks> shared_;
  std::unique_ptr<nn::Engine> engine_;  ///< of forward()
  nn::Watch watch_;
  nn::Tape tape_;
  Tensor inputs_, changed_, memory_;
  explain::MethodSpec method_;
  std::string measure_;
  /// The method on the network itself: of the states, of changed observations; and on others.
  std::unique_ptr<Explaining> states_, others_;
  std::map<RedrawnLayers, std::unique_ptr<Explaining>> networks_;
  std::map<const nn::Graph*, std::unique_ptr<Explaining>> other_networks_;
};

}  // namespace arcadecam::measure
