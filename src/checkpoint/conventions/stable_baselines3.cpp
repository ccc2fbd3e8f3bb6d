// Stable-Baselines3 and sb3-contrib (Raffin et al. 2021), CnnPolicy: DQN, QR-DQN, PPO, A2C, TRPO on
// the class NatureCNN, and CnnLstmPolicy of RecurrentPPO. The logits of an actor-critic's policy
// are the network's outputs.

#include <fmt/format.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/building/policy_features.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::int64_t kStableBaselines3UsualQuantiles = 200;
constexpr std::string_view kZip = "stable-baselines3";  // Hints::source

enum class PolicyKind { kNone, kDqn, kQrDqn, kActorCritic };

PolicyKind kind_of(const StateDict& state) {
  if (has_prefix(state, "q_net.features_extractor.")) return PolicyKind::kDqn;
  if (has_prefix(state, "quantile_net.features_extractor.")) return PolicyKind::kQrDqn;
  if (has_prefix(state, "action_net.") &&
      (has_prefix(state, "features_extractor.") || has_prefix(state, "pi_features_extractor."))) {
    return PolicyKind::kActorCritic;
  }
  return PolicyKind::kNone;
}

// CnnPolicy has hidden layers between features and head only where net_arch asks for them.
nn::Op hidden_activation(const Hints& hints, bool actor_critic) {
  using Act = nn::Activation::Kind;
  const auto name = hints.facts.text("activation_fn");
  const nn::Op usual = actor_critic ? nn::Op(nn::Activation{Act::kTanh}) : nn::Op(nn::Relu{});
  if (!name) return hints.source == kZip ? usual : activation_of(hints, usual);
  const auto is = [&](std::string_view which) {  // <class 'torch.nn.modules.activation.Tanh'>
    return name->ends_with(fmt::format(".{}'>", which));
  };
  if (is("ReLU")) return nn::Relu{};
  if (is("Tanh")) return nn::Activation{Act::kTanh};
  if (is("ELU")) return nn::Activation{Act::kElu};
  if (is("LeakyReLU")) return nn::Activation{Act::kLeakyRelu, 0.01F};
  if (is("SiLU")) return nn::Activation{Act::kSilu};
  if (is("GELU")) return nn::Activation{Act::kGelu};
  if (is("Sigmoid")) return nn::Activation{Act::kSigmoid};
  if (is("Softplus")) return nn::Activation{Act::kSoftplus};
  throw bad_input(
      "its activation_fn is {}; expected ReLU, Tanh, ELU, LeakyReLU, SiLU, GELU, Sigmoid or "
      "Softplus",
      *name);
}

// The features, with the activation function between their layers: NatureCNN's is ReLU.
std::int64_t features(NetworkBuilder& nodes, const StateDict& state, const std::string& prefix,
                      const Hints& hints) {
  const PolicyFeatures found = find_policy_features(state, hints, prefix);
  const auto normalised = hints.facts.text("normalize_images");
  const float usual = normalised && *normalised == "false" ? 1.0F : 255.0F;
  const std::int64_t flat =
      nodes.convolutions(found.convolutions, divisor_of(hints, usual), found.height, found.width)
          .count();
  const std::string linear = found.prefix + "linear.0";
  const std::int64_t width = nodes.linear(linear, flat);
  nodes.activation(next_module(linear));
  return width;
}

constexpr std::string_view kPolicyFeatures = "pi_features_extractor.",
                           kValueFeatures = "vf_features_extractor.", kPolicyLstm = "lstm_actor",
                           kValueLstm = "lstm_critic";

// Where policy and critic share their features, the file holds them under both names.
bool has_own_features(const StateDict& state) {
  return std::ranges::any_of(state.tensors, [&](const auto& tensor) {
    if (!tensor.name.starts_with(kValueFeatures)) return false;
    const nn::Weights policy =
        state.find(std::string(kPolicyFeatures) + tensor.name.substr(kValueFeatures.size()));
    return policy == nullptr || !std::ranges::equal(policy->values(), tensor.tensor->values());
  });
}

// The hidden layers of net_arch in front of one head, where there are any.
std::int64_t hidden_layers(NetworkBuilder& nodes, const StateDict& state, const std::string& which,
                           std::int64_t width, const Hints& hints) {
  const std::string prefix = "mlp_extractor." + which + ".";
  if (!has_prefix(state, prefix)) return width;
  const nn::Op activation = hidden_activation(hints, true);
  const std::int64_t hidden = nodes.linears(prefix, 0, width, activation);
  nodes.add(prefix + "last", activation);
  return hidden;
}

// What the critic's last layers read; `shared` and `policy` are the nodes that put out the features
// and what the policy's last layers read.
std::int64_t critic_features(NetworkBuilder& nodes, const StateDict& state, const Hints& hints,
                             int shared, std::int64_t width, int policy,
                             std::int64_t policy_width) {
  const bool own_lstm = has_prefix(state, kValueLstm), plain = has_prefix(state, "critic.");
  if (!own_lstm && !plain && policy != shared) {  // shared_lstm
    nodes.continue_from(policy);
    return policy_width;
  }
  nodes.continue_from(shared);
  if (has_own_features(state)) {
    const PolicyFeatures found = find_policy_features(state, hints, std::string(kValueFeatures));
    const std::int64_t flat =
        nodes.convolutions_again(found.convolutions, "vf_features_extractor").count();
    const std::string linear = found.prefix + "linear.0";
    width = nodes.linear(linear, flat);
    nodes.activation(next_module(linear));
  }
  if (own_lstm) return nodes.lstm(std::string(kValueLstm), width);
  return plain ? nodes.linear("critic", width) : width;
}

void stable_baselines3_actor_critic(const StateDict& state, const Hints& hints, TensorTaker& taker,
                                    NetworkBuilder& nodes) {
  const bool named = has_prefix(state, kPolicyFeatures);
  const std::int64_t width =
      features(nodes, state, named ? std::string(kPolicyFeatures) : "features_extractor.", hints);
  const int shared = nodes.last();
  std::int64_t policy_width = width;
  if (has_prefix(state, kPolicyLstm)) policy_width = nodes.lstm(std::string(kPolicyLstm), width);
  const int policy = nodes.last();
  if (has_prefix(state, "value_net.")) {
    const std::int64_t inputs =
        critic_features(nodes, state, hints, shared, width, policy, policy_width);
    nodes.critic("value_net", hidden_layers(nodes, state, "value_net", inputs, hints));
  }
  nodes.continue_from(policy);
  nodes.linear("action_net", hidden_layers(nodes, state, "policy_net", policy_width, hints));
  nodes.last_is_policy();
  for (const char* alias : {"features_extractor.", "vf_features_extractor."}) taker.ignore(alias);
}

std::int64_t stable_baselines3_quantiles_of(const Hints& hints) {
  const auto said = hints.facts.number("n_quantiles");
  return said && *said >= 1 && *said <= 1e6 ? static_cast<std::int64_t>(*said)
                                            : kStableBaselines3UsualQuantiles;
}

// A zip says what differs from the defaults, a saved policy all of it, a state dict alone nothing.
// What follows the convolutions is the class NatureCNN's own ReLU; a class of the user's is code.
Assumptions assumed_of(const StateDict& state, const Hints& hints, PolicyKind kind) {
  const bool is_zip = hints.source == kZip;
  Assumptions assumed;
  if (!is_zip && !hints.facts.text("activation_fn")) {
    const bool critic = kind == PolicyKind::kActorCritic;
    const bool hidden = critic ? has_prefix(state, "mlp_extractor.")
                               : has_prefix(state, "q_net.q_net.2.") ||
                                     has_prefix(state, "quantile_net.quantile_net.2.");
    if (hidden) assumed.activation = critic ? "tanh" : "ReLU";
  }
  if (!own_features_class(hints).empty()) assumed.activation = "ReLU";
  if (!is_zip && !hints.facts.text("normalize_images")) assumed.divisor = "255";
  return assumed;
}

// Each algorithm's own settings tell whose zip it is.
std::optional<std::string> stable_baselines3_algorithm_of(const Hints& hints) {
  const auto module = hints.facts.text("__module__");
  const bool masks = module && module->find("maskable") != std::string_view::npos;
  if (hints.facts.text("clip_range")) return masks ? "MaskablePPO" : "PPO";
  if (hints.facts.text("cg_max_steps")) return "TRPO";
  const bool a2c = hints.facts.text("normalize_advantage") && hints.facts.text("ent_coef");
  return a2c ? std::optional<std::string>("A2C") : std::nullopt;
}

Description describe_stable_baselines3(const StateDict& state, const Hints& hints,
                                       PolicyKind kind) {
  const std::string own = own_features_class(hints);
  const std::string cnn = own.empty() ? "NatureCNN" : fmt::format("CNN of the class '{}'", own);
  Description description{cnn + ", DQN head (one value per action)", "DQN"};
  if (kind == PolicyKind::kQrDqn) {
    description = {fmt::format("{}, quantile head (the mean of {} quantiles an action)", cnn,
                               stable_baselines3_quantiles_of(hints)),
                   "QR-DQN"};
  }
  if (kind == PolicyKind::kActorCritic) {
    description = {fmt::format("{}{}, actor-critic: the policy's logits, the critic's value", cnn,
                               has_prefix(state, kPolicyLstm) ? ", LSTM" : ""),
                   stable_baselines3_algorithm_of(hints)};
    if (description.algorithm == "MaskablePPO") {
      description.unknown.emplace_back(
          "Which actions the environment's mask ruled out: here all are allowed.");
    }
  }
  description.assumed = assumed_of(state, hints, kind);
  const std::string prefix = kind == PolicyKind::kDqn     ? "q_net.features_extractor."
                             : kind == PolicyKind::kQrDqn ? "quantile_net.features_extractor."
                             : has_prefix(state, kPolicyFeatures) ? std::string(kPolicyFeatures)
                                                                  : "features_extractor.";
  if (find_policy_features(state, hints, prefix).is_screen()) {
    // ale-py's environment as gymnasium.make() makes it: the last of four frames, as it is.
    description.network += ", of whole screens in colour";
    description.preset = "modern";
    description.settings = {{"grey", "rgb"}, {"pool", "none"}};
  }
  return description;
}

BuiltNetwork build_stable_baselines3(const StateDict& state, const Hints& hints, PolicyKind kind) {
  TensorTaker taker(state);
  const bool own = !own_features_class(hints).empty();
  NetworkBuilder nodes(taker, own ? activation_of(hints) : nn::Op(nn::Relu{}));
  if (kind == PolicyKind::kActorCritic) {
    stable_baselines3_actor_critic(state, hints, taker, nodes);
  } else {
    const std::string net = kind == PolicyKind::kQrDqn ? "quantile_net" : "q_net";
    const std::int64_t width = features(nodes, state, net + ".features_extractor.", hints);
    nodes.linears(net + "." + net + ".", 0, width, hidden_activation(hints, false));
    taker.ignore(net + "_target.");
    if (kind == PolicyKind::kQrDqn)
      nodes.mean_of_quantiles(stable_baselines3_quantiles_of(hints), /*quantile_outermost=*/true);
  }
  return {nodes.finish(), describe_stable_baselines3(state, hints, kind)};
}

const char* evidence_of(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::kDqn:
      return "names start with 'q_net.features_extractor.'";
    case PolicyKind::kQrDqn:
      return "names start with 'quantile_net.features_extractor.'";
    case PolicyKind::kActorCritic:
      return "names start with 'features_extractor.' and 'action_net.'";
    case PolicyKind::kNone:
      break;
  }
  return "";
}

FoundNetwork recognise_stable_baselines3(const StateDict& state, const Hints& hints) {
  const PolicyKind kind = kind_of(state);
  return {evidence_of(kind),
          [&state, &hints, kind] { return build_stable_baselines3(state, hints, kind); }};
}

}  // namespace

extern constinit const Convention stable_baselines3_entry{
    "stable-baselines3", "Stable-Baselines3's CnnPolicy: DQN, QR-DQN, PPO, A2C, TRPO, RecurrentPPO",
    "stable-baselines3", recognise_stable_baselines3};

}  // namespace arcadecam::checkpoint
