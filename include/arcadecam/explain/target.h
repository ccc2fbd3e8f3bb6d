#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/tape.h"

namespace arcadecam::nn {
class Graph;
}

namespace arcadecam::explain {

/// What a target is asked of: one state's outputs. Everything is borrowed. The tape must hold the
/// activation of target_node(graph) where there is one.
struct Outputs {
  const nn::Graph& graph;
  const nn::Tape& tape;
  std::int64_t sample;  ///< index in the batch

  /// One value per action.
  [[nodiscard]] std::span<const float> values() const;
};

/// The node before the output at which a target's gradient may enter, −1 for none: a critic's
/// value, the state value of a dueling network, the logits of a distributional one whose
/// expectation is the output.
int target_node(const nn::Graph& graph);

/// The scalar of a network that is explained: a question about one decision. Its derivative is the
/// gradient that the backward pass starts with. A question about an action without a number means
/// the chosen action.
class Target {
 public:
  static constexpr double kDefaultShare = 0.25;

  /// The value of the action with the largest value (the first of equals).
  static Target greedy() { return {Question::kAction, kGreedy}; }
  /// The value of the action that was taken; of the greedy action until of_choice() tells which it
  /// was.
  static Target chosen() { return {Question::kAction, kChosen}; }
  /// The value of a given action, 0 … actions−1.
  static Target action(int index);
  /// A given action against those of nearest value (Finer-CAM; Zhang et al. 2025, arXiv:2501.11309,
  /// as pytorch-grad-cam 1.5.7 computes it): Σ p·(q − alpha·q_i) / Σ p over the up to three other
  /// actions i whose values lie nearest to q, p = softmax(values)_i.
  static Target finer(int action, double alpha);
  /// "chosen", "greedy", "action:K", or
  /// - margin[:A[/B]]: value of A minus that of B (default: the best of the other actions)
  /// - advantage[:K]: value minus the mean over actions
  /// - value: the state's value, a critic's or a dueling network's own, else the largest action
  ///   value
  /// - linear:W0/W1/…: Σ W·value, one weight per action
  /// - probability[:K]: softmax of the outputs (of a policy: the action's probability), or the
  ///   output itself where the network ends with a softmax
  /// - logit[:K]: the output itself, by a policy's name for it
  /// - finer[:K[/ALPHA]]: see finer(), default alpha 1
  ///
  /// and of a distributional network's return distribution
  /// - atom-logit:I[/K], atom-probability:I[/K]: of atom I, from 0
  /// - entropy[:K]: −Σ p·ln p, in nats
  /// - lower-tail[:SHARE[/K]], upper-tail[:SHARE[/K]]: the mean of its lowest or highest SHARE of
  ///   probability (conditional value at risk), default a quarter
  ///
  /// Throws Error (usage) for anything else.
  static Target parse(std::string_view text);
  /// As parse() reads it.
  [[nodiscard]] std::string text() const;
  /// In words, with what the network makes of it: "expected return of the chosen action (51
  /// atoms)", of a policy "logit of action 3 (LEFT)". `names` are the actions', where they are
  /// known.
  [[nodiscard]] std::string describe(const nn::Graph& graph,
                                     std::span<const std::string_view> names = {}) const;

  /// Throws Error (usage) when the network has no such action or no distribution.
  void check(const nn::Graph& graph) const;
  /// The same question where `action` was taken.
  [[nodiscard]] Target of_choice(int action) const;
  /// The same question with the numbers of all its actions, found from one state's values. It stays
  /// the same question when the state is changed.
  [[nodiscard]] Target resolved(std::span<const float> values) const;
  /// The action that is asked about, found from one state's action values; the greedy one where the
  /// question names none. Throws Error (usage) when the network has no such action.
  [[nodiscard]] int resolve(std::span<const float> values) const;

  /// Whether the target is a softmax probability so close to 0 or 1 that its gradient vanishes.
  [[nodiscard]] bool saturated(const Outputs& outputs) const;
  /// The explained scalar.
  [[nodiscard]] double value_of(const Outputs& outputs) const;
  /// Whether the explained scalar bends somewhere behind the network's last convolution or fully
  /// connected layer, by a softmax; else it is piecewise linear in every activation.
  [[nodiscard]] bool is_curved(const nn::Graph& graph) const;
  /// Whether the gradient enters at target_node() and not at the output.
  [[nodiscard]] bool enters_before_output(const nn::Graph& graph) const;
  /// What value_of() and gradient() read from the tape beside the output. It includes target_node()
  /// for every target, so that other targets can be asked on the same pass. The exception is a
  /// critic, which costs time: it is included only for targets that ask for it.
  [[nodiscard]] nn::Watch watch(const nn::Graph& graph) const;
  /// Writes ∂target/∂output (one value per action), or where enters_before_output() the derivative
  /// with respect to target_node()'s output.
  void gradient(const Outputs& outputs, std::span<float> gradient) const;

 private:
  enum class Question {
    kAction,
    kMargin,
    kAdvantage,
    kValue,
    kLinear,
    kProbability,
    kLogit,
    kFiner,
    kAtomLogit,
    kAtomProbability,
    kEntropy,
    kLowerTail,
    kUpperTail,
  };
  struct Reader;
  static constexpr int kGreedy = -1, kChosen = -2, kRunnerUp = -1;

  Target(Question question, int action) : question_(question), action_(action) {}
  [[nodiscard]] bool of_distribution() const noexcept { return question_ >= Question::kAtomLogit; }
  /// The action subtracted in a margin.
  [[nodiscard]] int other(std::span<const float> values) const;
  /// Value, and where `gradient` is not empty also the derivative with respect to the entry's
  /// outputs.
  double of_values(const Outputs& outputs, std::span<float> gradient) const;
  double against_similar(std::span<const float> values, std::span<float> gradient) const;
  double of_distribution(const Outputs& outputs, std::span<float> gradient) const;

  Question question_;
  int action_;                    ///< or kGreedy, kChosen
  int other_ = kRunnerUp;         ///< of a margin
  int atom_ = 0;                  ///< of the atom questions
  double alpha_ = 1;              ///< of kFiner
  double share_ = kDefaultShare;  ///< of the tails
  std::vector<float> weights_;    ///< of a linear combination
};

/// The index of the largest value, the first of equals.
int argmax(std::span<const float> values);

}  // namespace arcadecam::explain
