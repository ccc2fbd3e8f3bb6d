// CleanRL's PQN (Gallici et al. 2024; pqn_atari_envpool.py and …_lstm.py), PyTorch: the Nature
// network with a layer normalisation behind every layer but the last, in one Sequential; the
// recurrent one has an LSTM and `q_func` behind it. scripts/train has the same network with a C51
// head, whose support is called `atoms` as in CleanRL's C51.

#include <fmt/format.h>

#include "checkpoint/building/atoms.h"
#include "checkpoint/building/network_builder.h"

namespace arcadecam::checkpoint {
namespace {

BuiltNetwork build_cleanrl_pqn(const StateDict& state, const Hints& hints) {
  struct Layer {
    const char *convolution, *norm, *relu;
    int kernel, stride, side;
  };
  constexpr Layer kLayers[] = {{"network.0", "network.1", "network.2", 8, 4, 20},
                               {"network.3", "network.4", "network.5", 4, 2, 9},
                               {"network.6", "network.7", "network.8", 3, 1, 7}};
  constexpr std::int64_t kAny = TensorTaker::kAny;
  TensorTaker taker(state);
  NetworkBuilder nodes(taker);
  std::int64_t channels = taker.take("network.0.weight", {kAny, kAny, kAny, kAny})->shape()[1];
  nodes.pixels(channels, divisor_of(hints));
  for (const Layer& layer : kLayers) {
    channels = nodes.conv(layer.convolution, channels, layer.kernel, layer.stride);
    nodes.layer_norm(layer.norm, {channels, layer.side, layer.side});
    nodes.add(layer.relu, nn::Relu{});
  }
  nodes.add("network.9", nn::Flatten{});
  std::int64_t hidden = nodes.linear("network.10", channels * 7 * 7);
  nodes.layer_norm("network.11", {hidden});
  nodes.add("network.12", nn::Relu{});
  const bool recurrent = has_prefix(state, "lstm.");
  if (recurrent) hidden = nodes.lstm("lstm", hidden);
  nodes.linear(recurrent ? "q_func" : "network.13", hidden);
  if (const nn::Weights atoms = taker.take_if_present("atoms", {kAny}); atoms != nullptr) {
    nodes.expected_value(atoms);
    return {nodes.finish(),
            {fmt::format("Nature network with layer normalisation, C51 head ({})",
                         title_of_support(*atoms)),
             "C51"}};
  }
  return {nodes.finish(),
          {recurrent ? "Nature network with layer normalisation, LSTM, one value per action"
                     : "Nature network with layer normalisation, one value per action",
           "PQN"}};
}

FoundNetwork recognise_cleanrl_pqn(const StateDict& state, const Hints& hints) {
  const nn::Weights norm = state.find("network.1.weight");
  const bool found =
      norm != nullptr && norm->shape().rank() == 3 && has_prefix(state, "network.11.");
  return {found ? "names start with 'network.', with layer normalisations as 'network.1' … "
                  "'network.11'"
                : "",
          [&state, &hints] { return build_cleanrl_pqn(state, hints); }};
}

}  // namespace

extern constinit const Convention cleanrl_pqn_entry{"cleanrl-pqn", "CleanRL's PQN, also recurrent",
                                                    "envpool", recognise_cleanrl_pqn};

}  // namespace arcadecam::checkpoint
