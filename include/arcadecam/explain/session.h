#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "arcadecam/explain/bind.h"
#include "arcadecam/explain/method.h"
#include "arcadecam/explain/target.h"

namespace arcadecam::explain {

class Presentation;

/// Runs several methods on one network. A batch of decisions needs one forward pass and one
/// backward pass, for any number of methods. Methods with rules of their own add one backward pass
/// for each distinct set of rules. Methods with a target of their own (the parameter "target") need
/// no further passes: each distinct target is a further copy of the states in the batch.
class Session {
 public:
  /// `engine` must outlive the session. `about`: the question that will be asked most. If it is
  /// about an actor-critic's value, methods choose from the critic's layers, and the critic is
  /// computed in every pass. Otherwise they choose from the policy's layers, and the first question
  /// about the value costs a second forward pass. Throws Error (usage) for unknown methods,
  /// parameters or layers.
  Session(nn::Engine& engine, std::span<const MethodSpec> methods,
          const Target& about = Target::chosen());
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs the network on N observations; returns the N×actions values, valid until the next call.
  /// The observations are borrowed until the last explain() that follows.
  TensorView forward(const nn::Observations& observations);

  /// Sets what is known to be in each state of the last forward pass, for methods that ask for it.
  /// forward() forgets it.
  void set_objects(std::vector<std::vector<Object>> objects) { objects_ = std::move(objects); }

  /// Sets how many of an observation's planes are one frame: 3 in colour, else 1 (the default).
  /// Throws Error (usage) when the number of the network's planes is not a multiple of it.
  void set_frame_planes(std::int64_t planes);

  /// Whether some method asks for the objects in the states.
  [[nodiscard]] bool asks_objects() const;
  /// Whether some method reads Object::without.
  [[nodiscard]] bool asks_removals() const;

  /// Explains one target per state of the last forward pass. The pass stays as it is, so that other
  /// targets may follow, even if the engine runs something else meanwhile. `chosen`: the action
  /// taken in each state, for methods whose own target asks about it. Empty: the greedy actions.
  void explain(std::span<const Target> targets, std::span<const int> chosen = {});

  /// Gives the memory of the last forward pass back to the engine, for sessions that take turns on
  /// one engine. The next explain() runs the pass again.
  void release() { pass_ = nn::Pass(); }

  /// The result of method `method` for state `sample` of the last explain().
  [[nodiscard]] const Attribution& result(std::size_t method, std::int64_t sample) const;
  [[nodiscard]] std::size_t method_count() const noexcept { return explainers_.size(); }
  [[nodiscard]] const MethodSpec& spec(std::size_t method) const {
    return explainers_.at(method).method.spec;
  }
  /// Its samples are the states, once for each distinct target: first all states for one target,
  /// then all for the next.
  [[nodiscard]] const nn::Tape& tape() const noexcept { return tape_; }
  /// Backward passes so far: plain ones and those by rules.
  [[nodiscard]] std::int64_t backward_passes() const;

  /// Called after every extra pass with how many of the samples that `method` runs are done.
  using ProbeProgress =
      std::function<void(std::size_t method, std::int64_t done, std::int64_t total)>;
  void on_probe(ProbeProgress progress);

  /// Keeps more on the tape than the methods need (to write it out); call before forward().
  void watch_also(const nn::Watch& watch) { watch_.merge(watch); }

 private:
  /// The forward pass of the observations.
  void run();
  /// The backward passes of one target per state.
  void backward(std::span<const Target> targets);

  /// A method, how it is shown and what it said.
  struct Bound {
    BoundMethod method;
    std::unique_ptr<Presentation> presentation;
    std::vector<Attribution> results = {};
    std::vector<const nn::Tape*> ruled = {};
    std::size_t asked = 0;  ///< index of its target in asked_
  };
  /// One set of rules, with every node that some method watches under it.
  struct Ruled {
    nn::RulePass pass;
    nn::Tape tape;
  };
  /// The tape of the pass by these rules, which gains what is watched.
  const nn::Tape* tape_for(const nn::RulePass& pass);

  void explain(Bound& bound, std::span<const Target> targets);
  /// The target of every sample of the tape.
  [[nodiscard]] std::vector<Target> expanded(std::span<const Target> targets,
                                             std::span<const int> chosen) const;
  /// Index in asked_ of a method's own target, or of none.
  std::size_t index_of(const std::optional<Target>& own);
  [[nodiscard]] std::span<const Object> objects_of(std::int64_t sample) const;

  nn::Engine& engine_;
  Probe probe_;
  nn::Watch watch_;
  nn::Tape tape_;
  std::vector<std::unique_ptr<Ruled>> ruled_;
  nn::Observations observations_;
  std::vector<Bound> explainers_;
  std::vector<std::optional<Target>> asked_;  ///< distinct targets; nothing: what explain() is told
  std::int64_t states_ = 0;                   ///< of the last forward pass
  ByteTensor repeated_bytes_;                 ///< the states, once for each of asked_
  Tensor repeated_floats_, repeated_memory_;
  std::vector<std::vector<Object>> objects_;  ///< of every state, or empty
  std::int64_t frame_planes_ = 1;
  TargetGradient gradient_;
  nn::Pass pass_;               ///< of the observations
  std::size_t explaining_ = 0;  ///< the method whose turn it is
};

}  // namespace arcadecam::explain
