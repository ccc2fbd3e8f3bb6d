#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arcadecam/nn/engine.h"
#include "arcadecam/nn/graph.h"
#include "support/golden.h"

namespace arcadecam::test {

/// The five networks of tests/golden/nets: "atari_dqn", "atari_c51", "convbn", "dueling",
/// "trained_pong".
const std::vector<std::string>& golden_networks();

/// One of them, read from its checkpoint.
std::shared_ptr<const nn::Graph> golden_graph(const std::string& name);

/// A small network with every operation, 2×11×11 inputs, 3 actions and random weights: for central
/// differences and for shapes that no golden network has (padding, two heads, a residual
/// connection).
std::shared_ptr<const nn::Graph> small_graph(std::uint64_t seed = 1);

/// An actor-critic, 2×11×11 inputs, 3 actions: critic and policy share all but their last layers,
/// or nothing but the scaled input.
std::shared_ptr<const nn::Graph> actor_critic_graph(bool shared, std::uint64_t seed = 1);

/// Convolutions, a GRU or LSTM cell of 4 values and a linear head: 2×11×11 inputs, 3 actions.
std::shared_ptr<const nn::Graph> recurrent_graph(bool lstm, std::uint64_t seed = 1);

/// One sequence of IMPALA's residual network (max-pooling with a border, two residual blocks) in
/// front of a hidden layer: 2×11×11 inputs, 3 actions.
std::shared_ptr<const nn::Graph> residual_graph(std::uint64_t seed = 1);

/// A convolution and an implicit quantile head of 8 midpoints: 2×11×11 inputs, 3 actions.
std::shared_ptr<const nn::Graph> quantile_graph(std::uint64_t seed = 1);

/// Two branches of GELU and tanh, mean-pooling, concatenation and layer normalisation: 2×11×11
/// inputs, 3 actions.
std::shared_ptr<const nn::Graph> smooth_graph(std::uint64_t seed = 1);

/// Observations standardised pixel by pixel and limited, a convolution with ELU, pixels at the
/// limit and within: 2×11×11 inputs, 3 actions.
std::shared_ptr<const nn::Graph> standardised_graph(std::uint64_t seed = 1);

/// Weights of the given shape, uniform in ±scale.
nn::Weights random_weights(Shape shape, std::uint64_t seed, double scale = 0.5);

/// Random bytes N×(input shape of the graph).
ByteTensor random_observations(const nn::Graph& graph, std::int64_t count, std::uint64_t seed = 7);

/// max |a − b| over max |b|.
double relative_difference(std::span<const float> a, std::span<const float> b);

/// Runs both engines on the same states and targets (each sample's target: one action in turn) and
/// returns the largest relative difference of outputs, activations and gradients over all nodes.
double compare_engines(nn::Engine& a, nn::Engine& b, const nn::Observations& observations);

}  // namespace arcadecam::test
