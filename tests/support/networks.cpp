#include "support/networks.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/random.h"
#include "checkpoint/building/implicit_quantiles.h"
#include "nn/recurrent_cells.h"

namespace arcadecam::test {

const std::vector<std::string>& golden_networks() {
  static const std::vector<std::string> names{"atari_dqn", "atari_c51", "convbn", "dueling",
                                              "trained_pong"};
  return names;
}

std::shared_ptr<const nn::Graph> golden_graph(const std::string& name) {
  return std::make_shared<const nn::Graph>(
      checkpoint::load(golden_dir() / "nets" / (name + ".gz")).graph);
}

nn::Weights random_weights(Shape shape, std::uint64_t seed, double scale) {
  Random random(seed);
  auto tensor = std::make_shared<Tensor>(shape);
  for (float& value : tensor->values())
    value = static_cast<float>((2 * random.uniform() - 1) * scale);
  return tensor;
}

std::shared_ptr<const nn::Graph> small_graph(std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  const auto positive = [&](Shape shape) {
    auto tensor = std::make_shared<Tensor>(*weights(shape));
    for (float& value : tensor->values()) value = std::abs(value) + 0.5F;
    return nn::Weights(tensor);
  };
  using namespace nn;
  return std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 11, 11}}, {}},
      {"scale", Scale{1 / 255.0F}, {0}},
      {"conv1", Conv2d{weights({5, 2, 3, 3}), weights({5}), 2, 1}, {1}},
      {"bn1", BatchNorm2d{weights({5}), weights({5}), weights({5}), positive({5}), 1e-5F}, {2}},
      {"relu1", Relu{}, {3}},
      {"conv2", Conv2d{weights({5, 5, 3, 3}), nullptr, 1, 1}, {4}},
      {"add", Add{}, {5, 4}},
      {"relu2", Relu{}, {6}},
      {"flatten", Flatten{}, {7}},
      {"value", Linear{weights({1, 180}), weights({1})}, {8}},
      {"advantage_logits", Linear{weights({12, 180}), nullptr}, {8}},
      {"advantage", ExpectedValue{weights({4})}, {10}},
      {"q", Dueling{}, {9, 11}},
  });
}

std::shared_ptr<const nn::Graph> actor_critic_graph(bool shared, std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  std::vector<Node> nodes{{"input", Input{{2, 11, 11}}, {}}, {"scale", Scale{1 / 255.0F}, {0}}};
  const auto add = [&](std::string name, Op op, int from) {
    nodes.push_back({std::move(name), std::move(op), {from}});
    return static_cast<int>(nodes.size()) - 1;
  };
  const auto trunk = [&](const std::string& prefix) {
    int at = add(prefix + "conv", Conv2d{weights({4, 2, 3, 3}), weights({4}), 2, 0}, 1);
    at = add(prefix + "relu", Relu{}, at);
    at = add(prefix + "conv2", Conv2d{weights({3, 4, 3, 3}), weights({3}), 1, 1}, at);
    at = add(prefix + "relu2", Relu{}, at);
    return add(prefix + "flatten", Flatten{}, at);
  };
  const int policy = trunk("policy.");
  const int critic = shared ? policy : trunk("critic.");
  const int hidden = add("hidden", Linear{weights({5, 75}), weights({5})}, critic);
  const int bent = add("tanh", Activation{Activation::Kind::kTanh}, hidden);
  add("value", Linear{weights({1, 5}), weights({1})}, bent);
  nodes.back().is_value = true;
  add("logits", Linear{weights({3, 75}), weights({3})}, policy);
  return std::make_shared<const Graph>(std::move(nodes));
}

std::shared_ptr<const nn::Graph> recurrent_graph(bool lstm, std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  std::vector<Node> nodes{{"input", Input{{2, 11, 11}}, {}},
                          {"scale", Scale{1 / 255.0F}, {0}},
                          {"conv", Conv2d{weights({4, 2, 3, 3}), weights({4}), 2, 0}, {1}},
                          {"relu", Relu{}, {2}},
                          {"conv2", Conv2d{weights({3, 4, 3, 3}), weights({3}), 1, 0}, {3}},
                          {"relu2", Relu{}, {4}},
                          {"flatten", Flatten{}, {5}}};
  const std::int64_t rows = lstm ? 16 : 12;
  const CellWeights cell{weights({rows, 27}), weights({rows, 4}), weights({rows}), weights({rows})};
  for (Node& node : lstm ? lstm_cell("lstm", cell, 6, 7) : gru_cell("gru", cell, 6, 7))
    nodes.push_back(std::move(node));
  nodes.push_back(
      {"q", Linear{weights({3, 4}), weights({3})}, {static_cast<int>(nodes.size()) - 1}});
  return std::make_shared<const Graph>(std::move(nodes));
}

std::shared_ptr<const nn::Graph> residual_graph(std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  std::vector<Node> nodes{{"input", Input{{2, 11, 11}}, {}},
                          {"scale", Scale{1 / 255.0F}, {0}},
                          {"conv", Conv2d{weights({4, 2, 3, 3}), weights({4}), 1, 1}, {1}},
                          {"pool", Pool2d{Pool2d::Kind::kMax, 3, 2, 1, 1}, {2}}};
  const auto add = [&](const std::string& name, Op op) {
    nodes.push_back({name, std::move(op), {static_cast<int>(nodes.size()) - 1}});
  };
  for (const std::string block : {"block0", "block1"}) {
    const int from = static_cast<int>(nodes.size()) - 1;
    for (const std::string part : {"0", "1"}) {
      add(block + ".relu" + part, Relu{});
      add(block + ".conv" + part, Conv2d{weights({4, 4, 3, 3}), weights({4}), 1, 1});
    }
    nodes.push_back({block, Add{}, {from, static_cast<int>(nodes.size()) - 1}});
  }
  add("flatten", Flatten{});
  add("relu", Relu{});
  add("hidden", Linear{weights({6, 144}), weights({6})});
  add("hidden.relu", Relu{});
  add("q", Linear{weights({3, 6}), weights({3})});
  return std::make_shared<const Graph>(std::move(nodes));
}

std::shared_ptr<const nn::Graph> quantile_graph(std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  const Tensor embeddings = checkpoint::midpoint_embeddings({weights({75, 16}), weights({75})}, 8);
  const checkpoint::HeadStream mean = checkpoint::mean_over_midpoints(
      embeddings, {{weights({6, 75}), weights({6})}, {weights({3, 6}), weights({3})}});
  return std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{2, 11, 11}}, {}},
                        {"scale", Scale{1 / 255.0F}, {0}},
                        {"conv", Conv2d{weights({3, 2, 3, 3}), weights({3}), 2, 0}, {1}},
                        {"relu", Relu{}, {2}},
                        {"flatten", Flatten{}, {3}},
                        {"hidden", mean.hidden, {4}},
                        {"hidden.relu", Relu{}, {5}},
                        {"q", mean.head, {6}}});
}

std::shared_ptr<const nn::Graph> smooth_graph(std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  return std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{2, 11, 11}}, {}},
                        {"scale", Scale{1 / 255.0F}, {0}},
                        {"conv", Conv2d{weights({3, 2, 3, 3}), weights({3}), 2, 1}, {1}},
                        {"gelu", Activation{Activation::Kind::kGelu}, {2}},
                        {"conv2", Conv2d{weights({2, 3, 3, 3}), weights({2}), 1, 1}, {3}},
                        {"tanh", Activation{Activation::Kind::kTanh}, {4}},
                        {"both", Concat{}, {3, 5}},
                        {"pool", Pool2d{Pool2d::Kind::kMean, 2, 2, 0, 0}, {6}},
                        {"flatten", Flatten{}, {7}},
                        {"norm", LayerNorm{weights({45}), weights({45})}, {8}},
                        {"q", Linear{weights({3, 45}), weights({3})}, {9}}});
}

std::shared_ptr<const nn::Graph> standardised_graph(std::uint64_t seed) {
  const auto weights = [&](Shape shape) { return random_weights(shape, seed++); };
  using namespace nn;
  // Factors of up to 4/255: a quarter of the pixels is beyond ±2.
  return std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{2, 11, 11}}, {}},
      {"standardised",
       Affine{random_weights({2, 11, 11}, seed++, 4 / 255.0), weights({2, 11, 11})},
       {0}},
      {"limited", Activation{Activation::Kind::kHardtanh, 2}, {1}},
      {"conv", Conv2d{weights({4, 2, 3, 3}), weights({4}), 2, 0}, {2}},
      {"elu", Activation{Activation::Kind::kElu}, {3}},
      {"flatten", Flatten{}, {4}},
      {"q", Linear{weights({3, 100}), weights({3})}, {5}}});
}

ByteTensor random_observations(const nn::Graph& graph, std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  ByteTensor result(graph.shape(0).batch_of(count));
  for (auto& value : result.values()) value = static_cast<std::uint8_t>(random.below(256));
  return result;
}

double relative_difference(std::span<const float> a, std::span<const float> b) {
  double difference = 0, largest = 1e-30;
  if (a.size() != b.size()) return INFINITY;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(a[i]) - b[i]));
    largest = std::max(largest, std::abs(static_cast<double>(b[i])));
  }
  return difference / largest;
}

double compare_engines(nn::Engine& a, nn::Engine& b, const nn::Observations& observations) {
  nn::Watch everything;
  for (int node = 0; node < a.graph().size(); ++node) {
    everything.activations.push_back(node);
    everything.gradients.push_back(node);
  }
  nn::Tape tape_a, tape_b;
  nn::Pass pass_a = a.forward(observations, everything, tape_a),
           pass_b = b.forward(observations, everything, tape_b);
  Tensor gradient(tape_a.output().shape());
  for (std::int64_t n = 0; n < tape_a.batch(); ++n) gradient[n].data()[n % a.graph().actions()] = 1;
  pass_a.backward(gradient.view(), tape_a);
  pass_b.backward(gradient.view(), tape_b);
  double worst = relative_difference(tape_a.output().values(), tape_b.output().values());
  for (int node = 0; node < a.graph().size(); ++node) {
    worst = std::max(
        {worst,
         relative_difference(tape_a.activation(node).values(), tape_b.activation(node).values()),
         relative_difference(tape_a.gradient(node).values(), tape_b.gradient(node).values())});
  }
  return worst;
}

}  // namespace arcadecam::test
