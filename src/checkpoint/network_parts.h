#pragma once

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

// What several conventions are made of.

/// Takes tensors out of a state dict by name and shape, and notices what is left.
class StateTaker {
 public:
  /// Stands for any extent of at least 1.
  static constexpr std::int64_t kAny = -1;

  explicit StateTaker(const StateDict& state) : state_(state) {}

  /// The tensor `name`; throws Error when it is missing or its shape is another one.
  nn::Weights take(const std::string& name, std::initializer_list<std::int64_t> shape);
  /// The same, or null when it is missing.
  nn::Weights take_if_present(const std::string& name, std::initializer_list<std::int64_t> shape);
  /// Throws Error when the state dict holds a tensor that was not taken.
  void finish() const;

 private:
  const StateDict& state_;
  std::set<std::string, std::less<>> taken_;
};

/// Lists nodes; each is named after the prefix of its tensors in the state dict.
class NodeList {
 public:
  explicit NodeList(StateTaker& taker) : taker_(taker) {}

  /// Appends a node; its input is the last node unless another is given. Returns its index.
  int add(std::string name, nn::Op op);
  int add(std::string name, nn::Op op, std::vector<int> inputs);

  /// A square kernel; the number of filters is read from the weights. Returns it.
  std::int64_t conv(const std::string& name, std::int64_t channels, int kernel, int stride,
                    int padding = 0);
  /// Returns the number of outputs, which must be `outputs` unless that is kAny.
  std::int64_t linear(const std::string& name, std::int64_t inputs,
                      std::int64_t outputs = StateTaker::kAny);
  void batch_norm(const std::string& name, std::int64_t channels);

  /// Input 4×84×84 of 0…255 ("input") and its division by 255 ("scale").
  void atari_input();
  /// Input, scale, the three convolutions of the Nature DQN (Mnih et al. 2015) as PREFIX0, PREFIX2
  /// and PREFIX4 with ReLUs PREFIX1, PREFIX3 and PREFIX5, and "flatten". Returns the number of flat
  /// features.
  std::int64_t nature_features(const std::string& prefix);

  [[nodiscard]] int last() const { return static_cast<int>(nodes_.size()) - 1; }
  /// The graph; throws Error when tensors are left over.
  nn::Graph finish();

 private:
  StateTaker& taker_;
  std::vector<nn::Node> nodes_;
};

/// Whether some tensor's name starts with `prefix`.
bool has_prefix(const StateDict& state, std::string_view prefix);

}  // namespace arcadecam::checkpoint
