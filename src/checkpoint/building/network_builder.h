#pragma once

#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "checkpoint/building/tensor_taker.h"
#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/convention.h"

namespace arcadecam::checkpoint {

/// A convolution, its name in the state dict.
struct PlainConvolution {
  /// TensorFlow's SAME padding: the output has one place for each `stride` of the input's, begun
  /// ones included.
  static constexpr int kSame = -1;

  std::string name;
  int kernel, stride;
  std::string relu{};  ///< the name of the activation function behind it, or next_module()
  int padding = 0;     ///< on all sides, or kSame
};

/// What is flattened: channels×extent×width values.
struct FlatImage {
  std::int64_t channels, extent;
  std::int64_t width = extent;
  [[nodiscard]] std::int64_t count() const { return channels * extent * width; }
};

/// Lists nodes; each is named after the prefix of its tensors in the state dict.
class NetworkBuilder {
 public:
  explicit NetworkBuilder(TensorTaker& taker, nn::Op activation = nn::Relu{})
      : taker_(taker), activation_(std::move(activation)) {}

  /// Appends a node; its input is the last node, or what continue_from() said, unless another is
  /// given. Returns its index.
  int add(std::string name, nn::Op op);
  int add(std::string name, nn::Op op, std::vector<int> inputs);
  /// Appends the network's activation function, which the convolutions below have as well.
  int activation(std::string name) { return add(std::move(name), activation_); }
  /// The next node that is given no input takes this one's output.
  void continue_from(int node) { tip_ = node; }
  /// If the file has the linear layer `name`, adds it as a critic of one value. It reads the node
  /// that the next node will read as well.
  void critic(const std::string& name, std::int64_t inputs);
  /// Makes the last node a critic's value. Throws Error where it is not one number.
  void last_is_value();
  /// Makes the last node, which will be the output, a policy's logits.
  void last_is_policy();

  /// A square kernel; the number of filters is read from the weights. Returns it.
  std::int64_t conv(const std::string& name, std::int64_t channels, int kernel, int stride,
                    int padding = 0);
  /// The same from a given weight, which may be padded. The bias is taken from the file.
  std::int64_t conv(const std::string& name, SameConvolution layer, int stride);
  /// Returns the number of outputs, which must be `outputs` unless that is kAny.
  std::int64_t linear(const std::string& name, std::int64_t inputs,
                      std::int64_t outputs = TensorTaker::kAny);
  void batch_norm(const std::string& name, std::int64_t channels);
  /// Weights of the whole shape of what comes in.
  void layer_norm(const std::string& name, std::initializer_list<std::int64_t> shape);
  /// One step of torch.nn.LSTM on flat inputs, of as many layers as the file has; the last node is
  /// called `name`. Returns the number of outputs.
  std::int64_t lstm(const std::string& name, std::int64_t inputs);

  /// The same from tensors at hand.
  void linear(const std::string& name, nn::Linear layer);
  /// Linear layers PREFIXi, PREFIX(i+2), … as many as there are, `activation` between them but not
  /// behind the last. Returns the number of outputs; throws Error where there is none.
  std::int64_t linears(const std::string& prefix, int first, std::int64_t inputs,
                       const nn::Op& activation);

  /// Input `image` of 0…255 ("input") and its division by `divisor` ("scale"), none where that
  /// is 1.
  void pixels(const FlatImage& image, float divisor);
  /// The same of planes of 84×84.
  void pixels(std::int64_t channels, float divisor) { pixels(FlatImage{channels, 84}, divisor); }
  /// Says what pixels() puts behind its division: "standardised", and its values kept within
  /// ±`limit` ("limited") where that is not 0.
  void standardise(nn::Affine map, float limit);
  /// Input (as many planes as the first kernel has channels, `extent`×`extent`), scale, these
  /// convolutions, each with the activation function, and "flatten".
  FlatImage convolutions(const std::vector<PlainConvolution>& layers, float divisor,
                         std::int64_t extent = 84);
  /// The same on pictures of that height and width.
  FlatImage convolutions(const std::vector<PlainConvolution>& layers, float divisor,
                         std::int64_t height, std::int64_t width);
  /// The three of the Nature DQN under these names, on pictures of that height and width.
  std::int64_t nature(const std::array<std::string, 3>& names, float divisor,
                      std::int64_t height = 84, std::int64_t width = 84);
  /// The convolutions alone, of a second network that reads the same pixels, and NAME.flatten.
  FlatImage convolutions_again(const std::vector<PlainConvolution>& layers,
                               const std::string& name);
  /// The same of the three of the Nature DQN.
  std::int64_t nature_again(const std::array<std::string, 3>& convolutions,
                            const std::string& name);
  /// Input, scale, the three convolutions of the Nature DQN (Mnih et al. 2015) as PREFIX0, PREFIX2
  /// and PREFIX4 with the activation function as PREFIX1, PREFIX3 and PREFIX5, and "flatten".
  /// Returns the number of flat features.
  std::int64_t nature_features(const std::string& prefix, float divisor);

  /// Two streams from the last node on: `value` adds the layers of the state's value, one number,
  /// `advantage` those of the advantages; "q" joins them (Wang et al. 2016).
  void dueling(const std::function<void()>& value, const std::function<void()>& advantage);
  /// Makes the outputs of the last node the atoms of a distribution: their expected value follows.
  /// Throws Error unless they are a multiple of the support's.
  void expected_value(nn::Weights support);
  /// Makes the last node, a linear layer, the mean over its quantiles (weight_algebra.h). Throws
  /// Error unless its outputs are a multiple of them.
  void mean_of_quantiles(std::int64_t quantiles, bool quantile_outermost);
  /// Replaces the last node, a linear layer, by what `change` makes of it.
  void replace_last(const std::function<nn::Linear(const nn::Linear& layer)>& change);

  [[nodiscard]] int last() const { return static_cast<int>(nodes_.size()) - 1; }
  /// The graph; throws Error when tensors are left over.
  nn::Graph finish();

 private:
  /// The activation function behind each, and `flatten`.
  FlatImage convolution_layers(const std::vector<PlainConvolution>& layers, FlatImage image,
                               const std::string& flatten);

  TensorTaker& taker_;
  nn::Op activation_;
  std::vector<nn::Node> nodes_;
  int tip_ = -1;     ///< what the next node takes
  int pixels_ = -1;  ///< what pixels() put out
  std::optional<nn::Affine> standardised_;
  float limit_ = 0;
};

/// The name of the module after `name` in a torch Sequential ("cnn.0" → "cnn.1"), or `name` with
/// ".relu" where that is no number.
std::string next_module(const std::string& name);
/// What the network divides pixels by: what the user says, or 255.
float divisor_of(const Hints& hints, float usual = 255);
/// The activation function of hidden layers: what the user says, or `usual`.
nn::Op activation_of(const Hints& hints, nn::Op usual = nn::Relu{});
/// What a convention assumes that takes divisor_of() and activation_of() as they are.
inline Assumptions pixels_and_relu() {
  return {"ReLU", "255"};
}
/// The same of divisor_of() alone.
inline Assumptions pixels_alone() {
  return {{}, "255"};
}

/// The same graph with a division of its input in front ("scale"); the same graph where that is 1.
nn::Graph divided(const nn::Graph& graph, float divisor);

}  // namespace arcadecam::checkpoint
