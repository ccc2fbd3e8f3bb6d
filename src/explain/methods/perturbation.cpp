// Perturbation saliency: how much the outputs change when a place is blurred (Greydanus et al.
// 2018, eq. 2 and 3).
#include <array>
#include <vector>

#include "explain/local_blur.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 3> kScores{"policy", "value", "target"};
enum Score : std::size_t { kPolicy, kValue, kTarget };

class Perturbation final : public Explainer {
 public:
  Perturbation(const nn::Graph& graph, const Params& params)
      : blur_(graph.shape(0), params), score_(params.choice("score", kScores)) {
    probes_ = true;
    // A critic is computed only where somebody reads it.
    if (score_ == kValue) read_ = value_.watch(graph);
    watch_.merge(read_);
  }

  void explain(const Query& query, Attribution& result) override {
    const std::vector<float> before = answer(query);
    blur_.score(
        query, read_,
        [&](const Query& probed) {
          const std::vector<float> after = answer(probed);
          double sum = 0;
          for (std::size_t i = 0; i < before.size(); ++i) {
            const double change = static_cast<double>(before[i]) - after[i];
            sum += change * change;
          }
          return sum / 2;
        },
        result);
  }

 private:
  [[nodiscard]] std::vector<float> answer(const Query& query) const {
    if (score_ == kTarget) return {static_cast<float>(query.value())};
    const Outputs outputs = query.outputs();
    if (score_ == kValue) return {static_cast<float>(value_.value_of(outputs))};
    return {outputs.values().begin(), outputs.values().end()};
  }

  LocalBlur blur_;
  std::size_t score_;
  Target value_ = Target::parse("value");
  nn::Watch read_;  ///< for the score, beside the output and the target
};

std::span<const Param> perturbation_params() {
  static constexpr std::array<Param, 4> kParams{
      {{"score", "policy",
        "what changes: policy (all outputs), value (the state's value) or target (what is "
        "explained)"},
       kLocalBlurParams[0],
       kLocalBlurParams[1],
       kLocalBlurParams[2]}};
  return kParams;
}

}  // namespace

extern constinit const Method perturbation_entry{
    "perturbation",
    "perturbation: how much the outputs change when a place is blurred",
    "Greydanus et al. 2018, arXiv:1711.00138",
    perturbation_params,
    {.vanishes = false},
    [](const nn::Graph& graph, const Params& params) -> std::unique_ptr<Explainer> {
      return std::make_unique<Perturbation>(graph, params);
    },
    "289 forward"};

}  // namespace arcadecam::explain
