// Sample Factory (Petrenko et al. 2020), version 2: APPO's shared actor-critic without recurrence,
// on convolutions (Nature's, or its own "simple" and "impala") or IMPALA's residual network. Its
// Atari agents standardise each pixel by the mean and variance seen in training.

#include <fmt/format.h>

#include <cmath>

#include "arcadecam/core/error.h"
#include "checkpoint/building/impala_network.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

constexpr const char* kEncoder = "encoder.encoders.obs.";
constexpr const char* kLogits = "action_parameterization.distribution_linear";
constexpr const char* kStatistics = "obs_normalizer.running_mean_std.running_mean_std.obs.";

// (x − mean)/√(variance + ε), kept within ±5, where the file has both. Returns whether it has.
bool standardise(TensorTaker& taker, NetworkBuilder& nodes) {
  constexpr double kEpsilon = 1e-5;
  constexpr double kMostMoved = 1e30;  // a float
  constexpr float kLimit = 5;
  constexpr std::int64_t kAny = TensorTaker::kAny;
  const std::string statistics = kStatistics;
  if (!taker.has(statistics + "running_mean")) return false;
  const nn::Weights mean = taker.take(statistics + "running_mean", {kAny, 84, 84});
  const nn::Weights variance = taker.take(statistics + "running_var", {mean->shape()[0], 84, 84});
  auto factor = std::make_shared<Tensor>(mean->shape()),
       shift = std::make_shared<Tensor>(mean->shape());
  for (std::int64_t i = 0; i < mean->size(); ++i) {
    if (variance->data()[i] < 0)
      throw bad_input("the tensor '{}running_var' holds a negative variance", statistics);
    const double scale = 1 / std::sqrt(double{variance->data()[i]} + kEpsilon);
    factor->data()[i] = static_cast<float>(scale);
    const double moved = -double{mean->data()[i]} * scale;
    if (std::abs(moved) > kMostMoved)
      throw bad_input("the tensor '{}running_mean' holds {}", statistics, mean->data()[i]);
    shift->data()[i] = static_cast<float>(moved);
  }
  nodes.standardise({std::move(factor), std::move(shift)}, kLimit);
  return true;
}

// "simple" has a stride of 2 where Nature's has 1: the layer behind tells.
int last_stride(const StateDict& state, const std::string& body) {
  const nn::Weights last = state.find(body + "conv_head.4.weight"),
                    dense = state.find(body + "mlp_layers.0.weight");
  if (last == nullptr || dense == nullptr || last->shape().rank() != 4 ||
      dense->shape().rank() != 2) {
    return 1;
  }
  return dense->shape()[1] == last->shape()[0] * 4 * 4 ? 2 : 1;
}

FlatImage convolutions(const StateDict& state, NetworkBuilder& nodes, const std::string& body,
                       float divisor) {
  const std::string head = body + "conv_head.";
  std::vector<PlainConvolution> layers{{head + "0", 8, 4}, {head + "2", 4, 2}};
  if (has_prefix(state, head + "4.")) layers.push_back({head + "4", 3, last_stride(state, body)});
  return nodes.convolutions(layers, divisor);
}

// Each sequence is a convolution, its pooling and two blocks.
FlatImage residual(const StateDict& state, TensorTaker& taker, NetworkBuilder& nodes,
                   float divisor) {
  std::vector<ImpalaSequence> sequences;
  for (int at = 0; has_prefix(state, fmt::format("{}conv_head.{}.weight", kEncoder, at)); at += 4) {
    ImpalaSequence sequence{fmt::format("{}conv_head.{}", kEncoder, at), {}};
    for (int block = at + 2; block < at + 4; ++block) {
      const std::string name = fmt::format("{}conv_head.{}", kEncoder, block);
      sequence.blocks.push_back({name, {name + ".res_block_core.1", name + ".res_block_core.3"}});
    }
    sequences.push_back(std::move(sequence));
  }
  if (sequences.empty()) throw bad_input("the tensor '{}conv_head.0.weight' is missing", kEncoder);
  return add_impala(nodes, taker, sequences, ImpalaPooling::kPadded, divisor);
}

Description describe_sample_factory(const Hints& hints, bool is_residual, bool standardised) {
  // Its setting nonlinearity is assumed.
  Description description{
      .network = fmt::format("{}, actor-critic: the policy's logits, the critic's value{}",
                             is_residual ? "residual network" : "convolutions",
                             standardised ? "; pixels standardised as in training" : ""),
      .algorithm = "APPO",
      .assumed = {"ReLU, its Atari default,", {}}};
  if (!hints.divisor) {
    description.unknown.emplace_back(
        "What the pixels are divided by (obs_scale): 255, its Atari default, is assumed (give "
        "--divide-by if not).");
  }
  description.unknown.emplace_back(
      "Whether it saw the game through EnvPool (give --protocol envpool if it did).");
  return description;
}

BuiltNetwork build_sample_factory(const StateDict& state, const Hints& hints,
                                  const std::string& body, bool is_residual) {
  TensorTaker taker(state);
  NetworkBuilder nodes(taker, activation_of(hints));
  const bool standardised = standardise(taker, nodes);
  const float divisor = divisor_of(hints);
  const FlatImage image = is_residual ? residual(state, taker, nodes, divisor)
                                      : convolutions(state, nodes, body, divisor);
  std::int64_t width = image.count();
  for (const std::string& layers : {body + "mlp_layers.", std::string("decoder.mlp.")}) {
    if (!taker.has(layers + "0.weight")) continue;
    width = nodes.linears(layers, 0, width, activation_of(hints));
    nodes.activation(layers + "relu");
  }
  nodes.critic("critic_linear", width);
  nodes.linear(kLogits, width);
  nodes.last_is_policy();
  taker.ignore("returns_normalizer.");
  taker.ignore(fmt::format("{}count", kStatistics));
  return {nodes.finish(), describe_sample_factory(hints, is_residual, standardised)};
}

FoundNetwork recognise_sample_factory(const StateDict& state, const Hints& hints) {
  const bool is_residual =
      has_prefix(state, fmt::format("{}conv_head.2.res_block_core.", kEncoder));
  const std::string body = fmt::format("{}{}", kEncoder, is_residual ? "" : "enc.");
  const bool found =
      has_prefix(state, body + "conv_head.0.") && has_prefix(state, fmt::format("{}.", kLogits));
  return {found ? fmt::format("names start with '{}' and '{}'", kEncoder, kLogits) : "",
          [&state, &hints, body, is_residual] {
            return build_sample_factory(state, hints, body, is_residual);
          }};
}

}  // namespace

extern constinit const Convention sample_factory_entry{
    "sample-factory", "Sample Factory's APPO agents", "cleanrl", recognise_sample_factory};

}  // namespace arcadecam::checkpoint
