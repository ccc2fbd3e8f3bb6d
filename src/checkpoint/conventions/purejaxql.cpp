// PureJaxQL's PQN for Atari (Gallici et al. 2024; pqn_atari.py), JAX: its save_params() writes the
// parameters alone. flax' LayerNorm normalises the channels of each pixel; the BatchNorm in front
// stands there in every file, and does something with NORM_INPUT alone.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "checkpoint/building/flax_layers.h"
#include "checkpoint/building/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

constexpr float kFlaxEpsilon = 1e-6F;

bool all_are(const Tensor& tensor, float value) {
  return std::ranges::all_of(tensor.values(), [&](float one) { return one == value; });
}

// The averages that a BatchNorm divides by lie in batch_stats, which nobody saves.
[[noreturn]] void refuse_averages(const std::string& layer) {
  throw bad_input(
      "'{}' normalises by running averages, which PureJaxQL does not save with the parameters: the "
      "network's values cannot be known from this file. Train with NORM_TYPE=layer_norm (the "
      "default) "
      "and without NORM_INPUT",
      layer);
}

class PureJaxQl {
 public:
  PureJaxQl(const StateDict& state, std::string prefix)
      : taker_(state), nodes_(taker_), prefix_(std::move(prefix)) {}

  BuiltNetwork build(const StateDict& state, const Hints& hints) {
    const std::string cnn = prefix_ + "CNN_0/";
    for (int i = 0; i < 4; ++i) {
      const std::string norm = fmt::format("{}BatchNorm_{}", cnn, i);
      if (has_prefix(state, norm)) refuse_averages(norm);
    }
    normalises_ = has_prefix(state, cnn + "LayerNorm_");
    constexpr std::int64_t kAny = TensorTaker::kAny;
    std::int64_t channels =
        taker_.take(cnn + "Conv_0.weight", {kAny, kAny, kAny, kAny})->shape()[1];
    check_input(channels);
    nodes_.pixels(channels, divisor_of(hints));
    constexpr std::array<int, 3> kKernels{8, 4, 3}, kStrides{4, 2, 1};
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string name = fmt::format("{}Conv_{}", cnn, i);
      channels = nodes_.conv(name, channels, kKernels.at(i), kStrides.at(i));
      normalise(cnn, i, channels);
      nodes_.add(name + ".relu", nn::Relu{});
    }
    nodes_.add("flatten", nn::Flatten{});
    constexpr std::int64_t kExtent = 7;
    const std::string dense = cnn + "Dense_0";
    const nn::Weights weight = taker_.take(dense + ".weight", {kAny, channels * kExtent * kExtent});
    const std::int64_t hidden = weight->shape()[0];
    nodes_.linear(dense, {columns_from_hwc(*weight, kExtent, kExtent),
                          taker_.take(dense + ".bias", {hidden})});
    normalise(cnn, 3, hidden);
    nodes_.add(dense + ".relu", nn::Relu{});
    nodes_.linear(prefix_ + "Dense_0", hidden);
    return {
        nodes_.finish(),
        {normalises_ ? "Nature network with layer normalisation of each pixel, one value per action"
                     : "Nature network, one value per action",
         "PQN"}};
  }

 private:
  // Untouched where NORM_INPUT is not set: no gradient reaches it.
  void check_input(std::int64_t channels) {
    const std::string norm = prefix_ + "BatchNorm_0";
    const nn::Weights scale = taker_.take(norm + "/scale", {channels}),
                      bias = taker_.take(norm + ".bias", {channels});
    if (!all_are(*scale, 1) || !all_are(*bias, 0)) refuse_averages(norm);
  }

  void normalise(const std::string& cnn, std::size_t i, std::int64_t channels) {
    if (!normalises_) return;
    const std::string name = fmt::format("{}LayerNorm_{}", cnn, i);
    const nn::Weights scale = taker_.take(name + "/scale", {channels});
    nodes_.add(name, nn::LayerNorm{scale, taker_.take(name + ".bias", {channels}), kFlaxEpsilon});
  }

  TensorTaker taker_;
  NetworkBuilder nodes_;
  std::string prefix_;
  bool normalises_ = false;
};

FoundNetwork recognise_purejaxql(const StateDict& state, const Hints& hints) {
  const auto prefix = flax_prefix(state, "", "CNN_0/Conv_0/kernel");
  const bool found =
      hints.source == "flax" && prefix && state.find(*prefix + "BatchNorm_0/scale") != nullptr;
  return {found
              ? fmt::format("'{}CNN_0/Conv_0/kernel' in flax's layout, with a BatchNorm_0 in front",
                            *prefix)
              : "",
          [&state, &hints, place = prefix.value_or("")] {
            const StateDict torch = torch_layout(state);
            return PureJaxQl(torch, place).build(torch, hints);
          }};
}

}  // namespace

extern constinit const Convention purejaxql_entry{"purejaxql", "PureJaxQL's PQN for Atari",
                                                  "envpool", recognise_purejaxql};

}  // namespace arcadecam::checkpoint
