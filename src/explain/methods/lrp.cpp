// Layer-wise relevance propagation: the explained value is handed back layer by layer, each layer
// by its rule. Which rule stands where is chosen here; what the rules do: arcadecam/nn/rules.h.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "arcadecam/core/error.h"
#include "explain/completeness.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 9> kLrpRules{
    "", "epsilon", "gamma", "alpha-beta", "z-plus", "flat", "w-square", "box", "argmax"};
enum class RuleName { kNone, kEpsilon, kGamma, kAlphaBeta, kPlus, kFlat, kWSquare, kBox, kArgmax };

/// The rules of linear layers, of convolutions, and of the layers that read the observation (none:
/// as the others of their kind).
struct Composite {
  std::string_view name;
  RuleName linear, convolution, first = RuleName::kNone;
  bool bias = true;
  double alpha = 0;  ///< 0: the parameter's
};
constexpr std::array<Composite, 7> kComposites{{
    {"epsilon-plus", RuleName::kEpsilon, RuleName::kPlus},
    {"epsilon-plus-flat", RuleName::kEpsilon, RuleName::kPlus, RuleName::kFlat},
    {"epsilon-plus-box", RuleName::kEpsilon, RuleName::kPlus, RuleName::kBox},
    {"epsilon-gamma-box", RuleName::kEpsilon, RuleName::kGamma, RuleName::kBox},
    {"epsilon-alpha2-beta1", RuleName::kEpsilon, RuleName::kAlphaBeta, RuleName::kNone, true, 2},
    {"epsilon-alpha2-beta1-flat", RuleName::kEpsilon, RuleName::kAlphaBeta, RuleName::kFlat, true,
     2},
    // Huber, Schiller & André 2019: z⁺ without biases but for the convolutions after the first.
    {"argmax", RuleName::kPlus, RuleName::kArgmax, RuleName::kPlus, false},
}};
constexpr std::array<std::string_view, 2> kBiases{"keep", "ignore"};

bool is_layer(const nn::Op& op) {
  return std::holds_alternative<nn::Conv2d>(op) || std::holds_alternative<nn::Linear>(op);
}

/// Whether this layer sees the observation, and no other layer lies between. (What a recurrent
/// network remembers comes from no layer either.)
bool reads_observation(const nn::Graph& graph, int node) {
  std::vector<bool> before = graph.ancestors_of(std::array{node});
  before[static_cast<std::size_t>(node)] = false;
  for (int other = 0; other < node; ++other) {
    if (before[static_cast<std::size_t>(other)] && is_layer(graph.node(other).op)) return false;
  }
  return before[0];
}

/// What the values 0…255 of the observation are multiplied by on their way to this layer.
float observation_scale(const nn::Graph& graph, int node) {
  float factor = 1;
  for (int at = node; at != 0;) {
    at = graph.node(at).inputs.front();
    const nn::Op& op = graph.node(at).op;
    if (const auto* scale = std::get_if<nn::Scale>(&op)) {
      factor *= scale->factor;
    } else if (!std::holds_alternative<nn::Flatten>(op) && !std::holds_alternative<nn::Input>(op)) {
      throw bad_usage(
          "method lrp: the box rule needs a layer that reads the observation as it is; between it "
          "and '{}' lies '{}'",
          graph.node(node).name, graph.node(at).name);
    }
  }
  return factor;
}

class RuleChoice {
 public:
  RuleChoice(const nn::Graph& graph, const Params& params)
      : graph_(graph),
        epsilon_(positive(params, "eps", 0)),
        gamma_(positive(params, "gamma", 0)),
        alpha_(positive(params, "alpha", 1)),
        low_(static_cast<float>(params.number("low"))),
        high_(static_cast<float>(params.number("high"))),
        bias_(params.choice("bias", kBiases) == 0) {
    if (low_ > high_) throw bad_usage("method lrp: low={} lies above high={}", low_, high_);
    const auto rule = static_cast<RuleName>(params.choice("rule", kLrpRules));
    first_ = static_cast<RuleName>(params.choice("first", kLrpRules));
    const std::string& name = params.text("composite");
    if (rule != RuleName::kNone) {
      if (!name.empty()) throw bad_usage("method lrp: give rule or composite, not both");
      linear_ = convolution_ = rule;
      return;
    }
    const auto at =
        name.empty() ? kComposites.begin() : std::ranges::find(kComposites, name, &Composite::name);
    if (at == kComposites.end()) {
      std::string known;
      for (const Composite& composite : kComposites)
        known += fmt::format("{}{}", known.empty() ? "" : ", ", composite.name);
      throw bad_usage("method lrp: composite={}: expected one of {}", name, known);
    }
    linear_ = at->linear;
    convolution_ = at->convolution;
    if (first_ == RuleName::kNone) first_ = at->first;
    if (!at->bias) bias_ = false;
    if (at->alpha != 0) alpha_ = static_cast<float>(at->alpha);
  }

  [[nodiscard]] nn::RuleMap map() const {
    nn::RuleMap map;
    map.bias = bias_;
    for (int node = 0; node < graph_.size(); ++node) {
      const nn::Op& op = graph_.node(node).op;
      if (!is_layer(op)) continue;
      RuleName name = std::holds_alternative<nn::Linear>(op) ? linear_ : convolution_;
      if (first_ != RuleName::kNone && reads_observation(graph_, node)) name = first_;
      map.nodes.push_back({node, rule(name, node)});
    }
    return map;
  }

 private:
  static float positive(const Params& params, std::string_view key, double least) {
    const double value = params.number(key);
    if (!(value >= least && value <= 1e6))
      throw bad_usage("method lrp: {}={}: expected {} to 1e6", key, value, least);
    return static_cast<float>(value);
  }

  [[nodiscard]] nn::Rule rule(RuleName name, int node) const {
    switch (name) {
      case RuleName::kGamma:
        return nn::rule::Gamma{gamma_, bias_};
      case RuleName::kAlphaBeta:
        return nn::rule::AlphaBeta{alpha_, alpha_ - 1, bias_};
      case RuleName::kPlus:
        return nn::rule::AlphaBeta{1, 0, bias_};
      case RuleName::kFlat:
        return nn::rule::Flat{};
      case RuleName::kWSquare:
        return nn::rule::WSquare{};
      case RuleName::kBox: {
        const float scale = observation_scale(graph_, node);
        return nn::rule::ZBox{low_ * scale, high_ * scale};
      }
      case RuleName::kArgmax:
        return nn::rule::Argmax{};
      case RuleName::kEpsilon:
      case RuleName::kNone:
        break;
    }
    return nn::rule::Epsilon{epsilon_, bias_};
  }

  const nn::Graph& graph_;
  float epsilon_, gamma_, alpha_, low_, high_;
  bool bias_;
  RuleName linear_{}, convolution_{}, first_{};
};

class Lrp final : public Explainer {
 public:
  Lrp(const nn::Graph& graph, nn::RuleMap rules) : input_(graph.shape(0)), keeps_bias_(rules.bias) {
    plane_of(input_);
    std::vector<int> watched{0, graph.output()};
    if (const int entry = target_node(graph); entry >= 0) watched.push_back(entry);
    watched.insert(watched.end(), graph.states().begin(), graph.states().end());
    rules_.push_back({std::move(rules), std::move(watched)});
  }

  void explain(const Query& query, Attribution& result) override {
    result.planes.resize(input_);
    std::ranges::copy(relevance(query, 0), result.planes.data());
    sum_planes(result);
    result.layers.clear();
    measure(query, result);
  }

 private:
  static std::span<const float> relevance(const Query& query, int node) {
    return query.ruled.front()->gradient(node)[query.sample].values();
  }

  /// How much of what enters at the head arrives.
  void measure(const Query& query, Attribution& result) const {
    const auto sum = [&](int node) {
      const auto values = relevance(query, node);
      return std::accumulate(values.begin(), values.end(), 0.0);
    };
    const nn::Graph& graph = query.graph;
    const bool inside = query.target.enters_before_output(graph);
    double size = 0;
    for (const float value : result.planes.values()) size += std::abs(value);
    Completeness terms{sum(inside ? target_node(graph) : graph.output()),
                       sum(0),
                       {},
                       kPasses * rounding_of(query, size)};
    for (const int state : graph.states())
      terms.other_terms.push_back({graph.node(state).name, sum(state)});
    if (terms.relative_residual() > kCompleteEnough)
      result.warnings.push_back(keeps_bias_ ? Warning::kBiasesTake : Warning::kNotConserved);
    result.completeness = std::move(terms);
  }

  /// Every layer divides by a sum that may nearly cancel.
  static constexpr double kPasses = 10;

  Shape input_;
  bool keeps_bias_;
};

std::span<const Param> lrp_params() {
  static constexpr std::array<Param, 9> kParams{
      {{"composite", "",
        "rules by kind of layer: epsilon-plus (the default), epsilon-plus-flat, epsilon-plus-box, "
        "epsilon-gamma-box, epsilon-alpha2-beta1, epsilon-alpha2-beta1-flat, argmax"},
       {"rule", "",
        "instead, one rule everywhere: epsilon, gamma, alpha-beta, z-plus, flat, w-square, argmax"},
       {"first", "", "the rule of the layers that read the observation; also box"},
       {"eps", "1e-6", "epsilon of the epsilon rule"},
       {"gamma", "0.25", "gamma of the gamma rule"},
       {"alpha", "2", "alpha of the alpha-beta rule; beta is alpha − 1"},
       {"low", "0", "lowest value of the observation, for the box rule"},
       {"high", "255", "highest value of the observation, for the box rule"},
       {"bias", "keep",
        "keep: biases take their share, which is lost; ignore: they take none, and what enters "
        "arrives"}}};
  return kParams;
}

}  // namespace

extern constinit const Method lrp_entry{
    "lrp",
    "layer-wise relevance propagation",
    "Bach et al. 2015, doi:10.1371/journal.pone.0130140; composites: Montavon et al. 2019; argmax: "
    "Huber, Schiller & André 2019, doi:10.1007/978-3-030-30179-8_16",
    lrp_params,
    {.is_signed = true, .linear = true},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Lrp>(graph, RuleChoice(graph, params).map());
    }};

}  // namespace arcadecam::explain
